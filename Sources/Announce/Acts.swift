public import Net

/// What operators did, the latest last, and how it is taken back (ANNOUNCING 14).
///
///                  its drain ends by itself          ┌───────┐
///               ┌──────────────────────────────────▶ │ ended │
///     ┌───────────┐   undone                         └───────┘
///     │ in effect │ ────────────▶ ┌────────┐
///     └───────────┘               │ undone │
///        │     ▲                  └────────┘
///        ▼     │ the later act is undone
///     ┌────────────┐
///     │ superseded │  by a later act on the same target
///     └────────────┘
///
/// Undoing an act brings back what was there before it, so two undos go two back.
public struct Acts: Sendable {
    public enum Change: Hashable, Sendable {
        case drain(Drain.Target, for: Duration?, isForced: Bool)
        case undrain(Drain.Target)

        public var target: Drain.Target {
            switch self {
            case .drain(let target, _, _), .undrain(let target): target
            }
        }
    }

    public enum Standing: Hashable, Sendable {
        case inEffect
        case ended
        case undone
        case superseded(by: Int)
    }

    public struct Act: Hashable, Sendable {
        public let number: Int
        public let by: String
        public let at: Instant
        public let change: Change
        /// In words, as it was when it was done.
        public let effect: String
        public internal(set) var standing: Standing
        /// Who took it back, and when; nil while nobody has.
        public internal(set) var takenBack: TakenBack?
        let before: Drain?
        let after: Drain?
    }

    public struct TakenBack: Hashable, Sendable {
        public let by: String
        public let at: Instant
    }

    /// So many are kept.
    public static let most = 100

    public private(set) var all: [Act] = []
    private(set) var next = 1

    init() {}

    mutating func add(_ change: Change, by: String, effect: String, _ before: Drain?, _ after: Drain?, now: Instant) {
        for index in all.indices where all[index].standing == .inEffect && all[index].change.target == change.target {
            all[index].standing = .superseded(by: next)
        }
        all.append(
            Act(
                number: next, by: by, at: now, change: change, effect: effect, standing: .inEffect, before: before,
                after: after))
        all.removeFirst(max(0, all.count - Self.most))
        next += 1
    }

    /// The drain of `target` has ended by itself.
    mutating func end(_ target: Drain.Target) {
        for index in all.indices where all[index].standing == .inEffect && all[index].change.target == target {
            all[index].standing = .ended
        }
    }

    /// The act that `undo` is about: the latest one, or that with a number.
    public func candidate(_ number: Int?) throws(Refused) -> Act {
        let act = number.map { number in all.last { $0.number == number } } ?? all.last { $0.standing != .undone }
        guard let act else { throw number.map(Refused.noSuchAct) ?? .nothingToUndo }
        switch act.standing {
        case .inEffect: return act
        case .ended: throw .ended(act.number)
        case .undone: throw .undone(act.number)
        case .superseded(let by): throw .superseded(act.number, by: by)
        }
    }

    /// What it had superseded is in effect again.
    mutating func undo(_ number: Int, by: String, now: Instant) {
        for index in all.indices {
            if all[index].number == number {
                all[index].standing = .undone
                all[index].takenBack = TakenBack(by: by, at: now)
            }
            if all[index].standing == .superseded(by: number) { all[index].standing = .inEffect }
        }
    }
}

/// Why an operator's wish wasn't done.
public enum Refused: Error, Hashable, Sendable {
    case nothingToUndo
    case noSuchAct(Int)
    case ended(Int)
    case undone(Int)
    case superseded(Int, by: Int)
    /// The drain that would come back would be over by now.
    case tooLate(Int)
    case noSuchService(String)
    case noSuchNeighbor(String)
    case notDraining(Drain.Target)
    case alreadyDraining(Drain.Target)
    case stopping
}

extension Refused: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nothingToUndo: "there is nothing to undo"
        case .noSuchAct(let number): "there is no act \(number)"
        case .ended(let number): "act \(number) has ended by itself; there is nothing left of it to undo"
        case .undone(let number): "act \(number) was undone already"
        case .superseded(let number, let by): "act \(number) was superseded by act \(by); undo that one first"
        case .tooLate(let number): "the drain that act \(number) changed would be over by now"
        case .noSuchService(let name): "there is no service \"\(name)\""
        case .noSuchNeighbor(let name): "there is no neighbor \"\(name)\""
        case .notDraining(let target): "\(target) is not being drained"
        case .alreadyDraining(let target): "\(target) is being drained already; nothing changes"
        case .stopping: "the agent is stopping"
        }
    }
}

extension Acts {
    init(_ memory: Memory, now: Instant) {
        all = memory.acts.map { Act($0, now: now) }
        next = max(memory.nextAct, (all.last?.number ?? 0) + 1)
    }

    func memory(now: Instant) -> [Memory.Act] { all.map { $0.memory(now: now) } }
}

extension Acts.Act {
    fileprivate init(_ memory: Memory.Act, now: Instant) {
        self.init(
            number: memory.number, by: memory.by, at: now.before(memory.ago), change: memory.change,
            effect: memory.effect, standing: memory.standing,
            takenBack: memory.takenBack.map { Acts.TakenBack(by: $0.by, at: now.before($0.ago)) },
            before: memory.before.map { Drain($0, now: now) }, after: memory.after.map { Drain($0, now: now) })
    }

    fileprivate func memory(now: Instant) -> Memory.Act {
        var memory = Memory.Act(
            number: number, by: by, ago: now - at, change: change, effect: effect, standing: standing)
        memory.takenBack = takenBack.map { .init(by: $0.by, ago: now - $0.at) }
        memory.before = before?.memory(now: now)
        memory.after = after?.memory(now: now)
        return memory
    }
}

extension Instant {
    fileprivate func before(_ span: Duration) -> Instant { Instant(nanoseconds: nanoseconds - span.nanoseconds) }
}
