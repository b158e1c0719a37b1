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
