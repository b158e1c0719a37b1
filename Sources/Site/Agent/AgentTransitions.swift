internal import Announce
internal import Control
internal import Loop
internal import Net

/// What happens by itself, for somebody who has to decide whether to wait for it.
extension Agent {
    /// The soonest first.
    var transitions: [Status.Transition] {
        let now = Loop.now
        let all = announcer.intents(now: now).flatMap { rises(of: $0) } + announcer.drains.flatMap(ends(of:)) + wayBack
        return all.sorted { $0.at < $1.at }.map { transition in
            var told = Status.Transition()
            (told.kind, told.subject, told.text) = (transition.kind, transition.subject, transition.text)
            told.inSeconds = max(0, (transition.at - now).milliseconds / 1000)
            return told
        }
    }

    private struct Transition {
        var kind: String
        var subject: String?
        var at: Instant
        var text: String
    }

    /// Waits that neighbors have in common are one.
    private func rises(of intent: PrefixIntent) -> [Transition] {
        let verb = intent.isAnnounced ? "looks better" : "is announced again"
        return intent.waiting.compactMap { waiting in
            let at = intent.routes.filter { $0.waiting == waiting }.map(\.neighbor)
            let place = at.count < intent.routes.count ? " at \(at.joined(separator: ", "))" : ""
            switch waiting {
            case .holdDown(let until):
                let text = "\(intent.prefix) \(verb)\(place): held down until then"
                return Transition(kind: "hold-down", subject: "\(intent.prefix)", at: until, text: text)
            case .penalty(_, let below, let until):
                let text = "\(intent.prefix) \(verb)\(place): its flap penalty falls below \(below)"
                return Transition(kind: "penalty", subject: "\(intent.prefix)", at: until, text: text)
            case .drain, .drained, .kept: return nil
            }
        }
    }

    private func ends(of drain: Drain) -> [Transition] {
        var all: [Transition] = []
        let subject = "\(drain.target)"
        if case .moving(let until) = drain.stage {
            let text = "the drain of \(drain.target) has waited, and withdraws unless too much traffic stays"
            all.append(Transition(kind: "drain-wait", subject: subject, at: until, text: text))
        }
        if let ends = drain.ends {
            let text = "the drain of \(drain.target) ends: announced again after rise and hold-down"
            all.append(Transition(kind: "drain-end", subject: subject, at: ends, text: text))
        }
        return all
    }

    private var wayBack: [Transition] {
        guard let awaiting = reloading.awaiting else { return [] }
        let text = "the configuration goes back to that of \(awaiting.before.accepted), unless confirmed"
        return [Transition(kind: "confirmation", subject: nil, at: awaiting.ends, text: text)]
    }
}
