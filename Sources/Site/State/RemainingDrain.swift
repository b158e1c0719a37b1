internal import Announce
package import Control
internal import Files
internal import Net

/// What operators had drained when the agent ended, and nobody has undrained: the next agent keeps it so.
package struct RemainingDrain: Hashable, Sendable {
    package var target: OrderTarget
    /// Who did it and how many seconds ago, as far as the history goes back.
    package var by: String?
    package var secondsAgo: Double?
    /// Until it ends by itself; nil: when somebody undrains it.
    package var endsInSeconds: Double?

    package init(target: OrderTarget) { self.target = target }
}

extension RemainingDrain {
    /// Those whose time isn't over meanwhile.
    static func all(in folder: String, of owner: MemoryOwner, now: BootClock) -> [RemainingDrain] {
        guard
            let bytes = try? File.read("\(folder)/\(StoredMemory.name)", limit: StoredMemory.mostBytes, regular: true),
            let (memory, written) = try? MemoryFile.decode(bytes, for: owner)
        else { return [] }
        let away = now.passed(since: written)
        return memory.drains.compactMap { RemainingDrain($0, memory.acts, away: away) }
    }

    private init?(_ drain: Memory.Drain, _ acts: [Memory.Act], away: Duration) {
        if let ends = drain.endsIn, ends <= away { return nil }
        self.init(target: OrderTarget(of: drain.target))
        endsInSeconds = drain.endsIn.map { ($0 - away).milliseconds / 1000 }
        let act = acts.last { $0.standing == .inEffect && $0.change.isDrain && $0.change.target == drain.target }
        by = act?.by
        secondsAgo = act.map { ($0.ago + away).milliseconds / 1000 }
    }
}
