import Net
import YAML

extension Rehearsal {
    init() { self.init(queriesPerSecond: 50, deadline: .seconds(2), programs: [], steps: []) }

    init?(keys: inout Keys) {
        self.init()
        queriesPerSecond = keys.optional("queries", .number(1...1000), default: queriesPerSecond)
        deadline = keys.optional("deadline", .duration(.milliseconds(100) ... .seconds(60)), default: deadline)
        programs =
            keys.optional("programs", named("program", record("{run: […]}") { Program(keys: &$0) })) ?? []
        steps = keys.optional("steps", list(of: .step)) ?? []
    }

    /// Without steps of its own: look, then kill each site in turn and bring it back.
    mutating func complete(sites: [String]) {
        if steps.isEmpty {
            let broken = sites.flatMap { [Step(kind: .kill, target: $0), Step(kind: .restore, target: $0)] }
            steps = [Step(kind: .measure, target: nil)] + broken
        }
        for index in steps.indices where steps[index].name.isEmpty {
            let taken = Set(steps.map(\.name))
            let base = steps[index].usualName
            let names = [base] + (2...steps.count + 1).map { "\(base)-\($0)" }
            steps[index].name = names.first { !taken.contains($0) } ?? base
        }
    }
}

extension Rehearsal.Program {
    fileprivate init?(keys: inout Keys) {
        let site = keys.optional("site", .name)
        let host = keys.optional("host", .name)
        let command = keys.required("run", list(of: .text("a program or an argument", most: 4095)))
        guard let command else { return nil }
        self.init(name: keys.label, site: site, host: host, command: command)
    }
}

extension Rehearsal.Step {
    init(kind: Kind, target: String?) {
        self.init(name: "", kind: kind, target: target, process: kind.usualProcess, expect: .init())
    }

    /// `kill-gru`, or `kill-gru-serve` where it isn't the usual process that is broken.
    fileprivate var usualName: String {
        let process = process == kind.usualProcess ? nil : process
        return [kind.rawValue, target, process].compactMap(\.self).joined(separator: "-")
    }

    fileprivate init?(keys: inout Keys) {
        let name = keys.optional("name", .name)
        let measure = keys.optional("measure", .measured)
        let hang = keys.optional("hang", .name)
        let kill = keys.optional("kill", .name)
        let restore = keys.optional("restore", .name)
        let process = keys.optional("process", .name)
        let expect = keys.optional("expect", record { Rehearsal.Expectation(keys: &$0) })
        let planned = ["freeze", "cut", "drain", "undrain", "flap", "overload", "hijack"]
        keys.later(planned)
        let kinds = Kind.allCases.filter { keys.has($0.rawValue) }
        guard kinds.count == 1, let kind = kinds.first else {
            if !planned.contains(where: keys.has) {
                let count = kinds.isEmpty ? "none" : "\(kinds.count)"
                keys.refuse("a step has one of the keys measure, hang, kill and restore; this one has \(count)")
            }
            return nil
        }
        if kind != .hang, kind != .kill, keys.has("process") { keys.refuse("process", "belongs to hang and kill") }
        if kind == .measure, keys.has("expect") { keys.refuse("expect", "write what is expected under measure itself") }
        self.init(kind: kind, target: hang ?? kill ?? restore)
        self.name = name ?? ""
        self.process = process ?? kind.usualProcess
        self.expect = measure ?? expect ?? .init()
    }
}

extension Rehearsal.Step.Kind {
    /// What is broken unless the step says otherwise: a service that hangs is alive and doesn't answer; an agent that is
    /// killed takes all with it.
    fileprivate var usualProcess: String { self == .hang ? "serve" : "agent" }
}

extension Rehearsal.Expectation {
    init() { self.init(landings: []) }

    fileprivate init?(keys: inout Keys) {
        self.init()
        let outage = Kind<Duration>.duration(.zero ... .seconds(3600))
        medianOutage = keys.optional("median-outage", outage)
        maxOutage = keys.optional("max-outage", outage)
        lost = keys.optional("lost", .number(0...1_000_000))
        lostElsewhere = keys.optional("lost-elsewhere", .number(0...1_000_000))
        lastLost = keys.optional("last-lost", outage)
        slower = keys.optional("slower", outage)
        withdrawn = keys.optional("withdrawn", .flag)
        landings = keys.optional("landings", Self.landings) ?? []
    }

    fileprivate init?(measuring keys: inout Keys) {
        self.init()
        landings = keys.optional("landings", Self.landings) ?? []
    }

    /// Client to site.
    private static var landings: Kind<[(client: String, site: String)]> {
        let site = Kind<String>.name
        return named(
            "client",
            Kind("the name of a site") { node, label, reading in
                site.read(node, label, &reading).map { (client: label, site: $0) }
            })
    }
}

extension Kind where Value == Rehearsal.Expectation {
    /// What `measure` expects; nothing, when nothing is written.
    fileprivate static var measured: Kind {
        let whole: Kind = record { Rehearsal.Expectation(measuring: &$0) }
        return Kind(whole.accepts, describe: whole.describe) { node, label, reading in
            node.isNull ? Rehearsal.Expectation() : whole.read(node, label, &reading)
        }
    }
}

extension Kind where Value == Rehearsal.Step {
    /// A mapping, or the word `measure` alone.
    fileprivate static var step: Kind {
        let whole: Kind = record("a step, such as measure or {kill: fra}") { Rehearsal.Step(keys: &$0) }
        return Kind(whole.accepts, describe: whole.describe) { node, label, reading in
            if case .scalar("measure", _) = node.content { return Rehearsal.Step(kind: .measure, target: nil) }
            return whole.read(node, label, &reading)
        }
    }
}
