import YAML

extension Rehearsal.Step {
    init(kind: Kind, target: String?) {
        self.init(
            name: "", kind: kind, target: target, process: kind.usualProcess, length: kind.usualLength, expect: .init())
    }

    /// `kill-gru`, or `kill-gru-serve` where it isn't the usual process that is broken.
    var usualName: String {
        let process = process == kind.usualProcess ? nil : process
        return [kind.rawValue, target, process, neighbor].compactMap(\.self).joined(separator: "-")
    }

    init?(keys: inout Keys) {
        let name = keys.optional("name", .name)
        let measure = keys.optional("measure", .measured)
        let targets = Kind.allCases.filter { $0 != .measure }.map { keys.optional($0.rawValue, .name) }
        let process = keys.optional("process", .name)
        let neighbor = keys.optional("neighbor", .name)
        let force = keys.optional("force", .flag)
        let length = keys.optional("for", .duration(.seconds(2) ... .seconds(600)))
        let load = Rehearsal.Load(keys: &keys)
        let expect = keys.optional("expect", record { Rehearsal.Expectation(keys: &$0) })
        keys.later("hijack")
        guard let kind = keys.kindOfStep() else { return nil }
        self.init(kind: kind, target: targets.compactMap(\.self).first)
        (self.name, self.neighbor, isForced) = (name ?? "", neighbor, force ?? false)
        (self.process, self.length) = (process ?? kind.usualProcess, length ?? kind.usualLength)
        self.load = load
        self.expect = measure ?? expect ?? .init()
        keys.refuseStrangers(to: kind)
    }
}

extension Rehearsal.Step.Kind {
    /// What is broken unless the step says otherwise: a service that hangs or flaps is alive and doesn't answer; an agent
    /// that is killed takes all with it.
    fileprivate var usualProcess: String { self == .hang || self == .flap ? "serve" : "agent" }

    fileprivate var usualLength: Duration { self == .flap ? .seconds(60) : .seconds(10) }

    /// Keys that mean something for some kinds only.
    fileprivate static let particular: [(key: String, kinds: [Self])] = [
        ("process", [.hang, .kill, .flap]), ("neighbor", [.cut]), ("force", [.drain]), ("for", [.flap, .overload]),
        ("limit", [.overload]), ("factor", [.overload]),
    ]
}

extension Rehearsal.Load {
    fileprivate init(keys: inout Keys) {
        self.init()
        limit = keys.optional("limit", .number(10...100_000), default: limit)
        factor = keys.optional("factor", .decimal(1...20), default: factor)
    }
}

extension Keys {
    /// The one kind that a step is of.
    fileprivate mutating func kindOfStep() -> Rehearsal.Step.Kind? {
        let all = Rehearsal.Step.Kind.allCases
        let kinds = all.filter { has($0.rawValue) }
        if kinds.count == 1 { return kinds[0] }
        if !has("hijack") {
            let count = kinds.isEmpty ? "none" : "\(kinds.count)"
            refuse("a step has one of the keys \(either(all.map(\.rawValue))); this one has \(count)")
        }
        return nil
    }

    fileprivate mutating func refuseStrangers(to kind: Rehearsal.Step.Kind) {
        for (key, kinds) in Rehearsal.Step.Kind.particular where has(key) && !kinds.contains(kind) {
            refuse(key, "belongs to \(listed(kinds.map(\.rawValue)))")
        }
        if kind == .measure, has("expect") { refuse("expect", "write what is expected under measure itself") }
    }
}

extension Kind where Value == Rehearsal.Step {
    /// A mapping, or the word `measure` alone.
    static var step: Kind {
        let whole: Kind = record("a step, such as measure or {kill: fra}") { Rehearsal.Step(keys: &$0) }
        return Kind(whole.accepts, describe: whole.describe) { node, label, reading in
            if case .scalar("measure", _) = node.content { return Rehearsal.Step(kind: .measure, target: nil) }
            return whole.read(node, label, &reading)
        }
    }
}
