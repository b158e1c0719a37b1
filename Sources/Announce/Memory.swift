public import Net

/// What must outlive the agent: a shell writes it down at every `Action.remember`, and gives it back at the next start
/// with the time that has passed since. So it holds no instants, which mean nothing after a reboot, but spans: how long
/// ago, and how much longer.
public struct Memory: Hashable, Sendable {
    public var routes: [Route] = []
    public var drains: [Drain] = []
    public var acts: [Act] = []
    /// The number that the next act gets.
    public var nextAct = 1
    public var loadStep: LoadStep?

    public init() {}

    public struct Route: Hashable, Sendable {
        public var prefix: Prefix
        public var neighbor: String
        public var penalty = 0.0
        public var isWithheld = false
        /// It was withdrawn, and has to be healthy for the hold-down.
        public var owesHoldDown = false
        /// The neighbor had it when this was written.
        public var isAnnounced = false

        public init(prefix: Prefix, neighbor: String) { (self.prefix, self.neighbor) = (prefix, neighbor) }
    }

    public struct Drain: Hashable, Sendable {
        public var target: Announce.Drain.Target
        public var wait: Duration
        /// Of the wait; nil when it is over.
        public var left: Duration?
        /// Only after the wait: announced all the same, since so much of the traffic was still there.
        public var keptShare: Double?
        /// Until it ends by itself.
        public var endsIn: Duration?
        public var isForced: Bool

        public init(target: Announce.Drain.Target, wait: Duration, isForced: Bool) {
            (self.target, self.wait, self.isForced) = (target, wait, isForced)
        }
    }

    public struct Act: Hashable, Sendable {
        public var number: Int
        public var by: String
        public var ago: Duration
        public var change: Acts.Change
        public var effect: String
        public var standing: Acts.Standing
        public var takenBack: TakenBack?
        public var before: Drain?
        public var after: Drain?

        public init(
            number: Int, by: String, ago: Duration, change: Acts.Change, effect: String, standing: Acts.Standing
        ) {
            (self.number, self.by, self.ago) = (number, by, ago)
            (self.change, self.effect, self.standing) = (change, effect, standing)
        }
    }

    public struct TakenBack: Hashable, Sendable {
        public var by: String
        public var ago: Duration

        public init(by: String, ago: Duration) { (self.by, self.ago) = (by, ago) }
    }

    public struct LoadStep: Hashable, Sendable {
        public var isDegraded: Bool
        public var ago: Duration
        public var kept: Double?

        public init(isDegraded: Bool, ago: Duration) { (self.isDegraded, self.ago) = (isDegraded, ago) }
    }
}

extension Drain {
    init(_ memory: Memory.Drain, now: Instant) {
        self.init(
            memory.target, wait: memory.wait, ends: memory.endsIn.map { now + $0 }, isForced: memory.isForced, now: now)
        if let left = memory.left { stage = .moving(until: now + left) } else { stage = .withdrawn }
        if let share = memory.keptShare { stage = .kept(share: share) }
    }

    func memory(now: Instant) -> Memory.Drain {
        var memory = Memory.Drain(target: target, wait: wait, isForced: isForced)
        memory.endsIn = ends.map { max($0 - now, .zero) }
        switch stage {
        case .moving(let until): memory.left = max(until - now, .zero)
        case .withdrawn: break
        case .kept(let share): memory.keptShare = share
        }
        return memory
    }
}

extension Memory {
    /// The same, when the agent was away for a while. A clock that was set back can't make that negative.
    func after(_ asleep: Duration, halfLife: Duration) -> Memory {
        let asleep = max(asleep, .zero)
        var memory = self
        for index in memory.routes.indices { memory.routes[index].decay(asleep, halfLife) }
        for index in memory.drains.indices { memory.drains[index].pass(asleep) }
        for index in memory.acts.indices {
            memory.acts[index].ago += asleep
            memory.acts[index].takenBack?.ago += asleep
            memory.acts[index].before?.pass(asleep)
            memory.acts[index].after?.pass(asleep)
        }
        memory.loadStep?.ago += asleep
        return memory
    }
}

extension Memory.Drain {
    fileprivate mutating func pass(_ asleep: Duration) {
        left = left.map { max($0 - asleep, .zero) }
        endsIn = endsIn.map { max($0 - asleep, .zero) }
    }
}
