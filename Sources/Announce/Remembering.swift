public import Net

/// Out of the memory of the agent before, and into that of the next one.
extension Announcer {
    /// `asleep`: how long ago `memory` was made, by a clock that may have been set; less than nothing counts as nothing.
    public init(_ configuration: Configuration, memory: Memory, asleep: Duration, now: Instant) {
        self.init(configuration)
        let policy = configuration.policy.penalty
        let memory = memory.after(asleep, halfLife: policy.halfLife)
        clock = now
        for index in routes.indices {
            let (prefix, neighbor) = (routes[index].prefix, routes[index].neighbor)
            let known = memory.routes.first { $0.prefix == prefix && $0.neighbor == neighbor }
            if let known { routes[index] = Route(known, policy, now: now) }
        }
        drains = memory.drains.map { Drain($0, now: now) }
        acts = Acts(memory, now: now)
        loadStep = memory.loadStep.map { LoadStep($0, now: now) } ?? LoadStep()
    }

    public func memory(now: Instant) -> Memory {
        let now = max(now, clock)
        var memory = Memory()
        memory.routes = routes.compactMap { $0.memory(policy.penalty, now: now) }
        memory.drains = drains.map { $0.memory(now: now) }
        memory.acts = acts.memory(now: now)
        memory.nextAct = acts.next
        memory.loadStep = loadStep.memory(now: now)
        return memory
    }
}

extension LoadStep {
    fileprivate init(_ memory: Memory.LoadStep, now: Instant) {
        self.init()
        isDegraded = memory.isDegraded
        lastStep = Instant(nanoseconds: now.nanoseconds - memory.ago.nanoseconds)
        kept = memory.kept
    }

    fileprivate func memory(now: Instant) -> Memory.LoadStep? {
        guard let lastStep else { return nil }
        var memory = Memory.LoadStep(isDegraded: isDegraded, ago: now - lastStep)
        memory.kept = kept
        return memory
    }
}
