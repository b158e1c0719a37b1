package import Control
internal import Kernel
package import Net

extension FIB {
    /// What is known about a prefix's route in the kernel's table, as `landfall explain` tells it.
    package func story(of prefix: Prefix) -> PrefixAnswer.Kernel {
        var story = PrefixAnswer.Kernel()
        story.table = options.table
        guard let number = entries.find(prefix) else {
            story.state = "none"
            return story
        }
        let entry = entries[number]
        (story.state, story.text) = standing(entry, prefix)
        guard let there = targets[entry.present] else { return story }
        story.nextHops = there.ways.map { $0.gateway.map(\.description) ?? "the link" }
        story.metric = options.metric
        return story
    }

    private func standing(_ entry: Entry, _ prefix: Prefix) -> (state: String, text: String?) {
        if entry.flags.contains(.refused) { return ("missing", refusal(of: prefix)) }
        guard entry.wanted != 0 else {
            return entry.present == 0
                ? ("none", nil) : ("different", "a router before this one left it; it goes unless somebody wants it")
        }
        let outcome = outcomes[Int(entry.wanted)]
        if outcome == 0 { return (entry.present == 0 ? "missing" : "different", "no next hop can be reached") }
        if outcome == entry.present { return ("installed", nil) }
        return (entry.present == 0 ? "missing" : "different", "the kernel is about to be told")
    }

    private func refusal(of prefix: Prefix) -> String {
        if let last = tally.lastRefusal, last.prefix == prefix { return "refused: \(last.reason)" }
        return "refused, or another program's route with this metric is in its place"
    }
}
