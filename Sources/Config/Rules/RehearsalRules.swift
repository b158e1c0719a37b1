import Net
import YAML

extension Rules {
    mutating func checkRehearsal(_ network: Network, internet: InternetDraft?) {
        let rehearsal = network.rehearsal
        guard internet != nil else {
            if document["rehearsal"] == nil { return }
            refuse(
                "rehearsal",
                because: "rehearsal: there is nothing to rehearse in; describe the surroundings under \"internet\"")
            return
        }
        if rehearsal.flows > Rehearsal.mostFlows {
            refuse(
                "rehearsal", "deadline",
                because:
                    "deadline: at \(rehearsal.queriesPerSecond) queries a second, a query must be answered or lost "
                    + "within \(22_000 / rehearsal.queriesPerSecond)s, or a client has not ports enough")
        }
        for program in rehearsal.programs {
            checkPlace(of: program, network)
            if ["agent", "serve"].contains(program.name) {
                refuse(
                    "rehearsal", "programs", .name(program.name),
                    because: "programs: \"\(program.name)\" means a process of our own; give the program another name")
            }
        }
        checkSteps(rehearsal, network)
    }

    private mutating func checkPlace(of program: Rehearsal.Program, _ network: Network) {
        let way: [Step] = ["rehearsal", "programs", .key(program.name)]
        if let site = program.site { checkSite(site, network, at: way + ["site"], label: "site") }
        guard let host = program.host else { return }
        let sites = network.sites.filter { (program.site ?? $0.name) == $0.name }
        checkName(host, among: sites.flatMap(\.hosts).map(\.name), what: "host", at: way + ["host"], label: "host")
    }

    /// Steps are followed as they will happen: what is broken can't be broken again, and only that can be restored.
    private mutating func checkSteps(_ rehearsal: Rehearsal, _ network: Network) {
        var broken: [Int: Rehearsal.Step] = [:]
        var names = Seen<String>()
        for (index, step) in rehearsal.steps.enumerated() {
            let way: [Step] = ["rehearsal", "steps", .index(index)]
            if names.take(step.name, for: step.name) != nil {
                refuse(way + ["name"], because: "name: \(quoted(step.name)) is another step already")
            }
            checkLandings(step, network, at: way + [.key(step.kind == .measure ? "measure" : "expect"), "landings"])
            guard let target = step.target else { continue }
            let label = step.kind.rawValue
            let here = way + [.key(label)]
            let hosts = checkTarget(target, network, at: here, label: label)
            if hosts.isEmpty { continue }
            if let trouble = Self.trouble(step, at: target, hosts.lazy.compactMap { broken[$0] }.first) {
                refuse(here, because: "\(label): \(trouble)")
            } else {
                for host in hosts { broken[host] = step.kind.leaves(broken: step) }
                checkProcess(step, hosts, rehearsal, network, at: way)
                checkCut(step, hosts, network, at: way)
            }
        }
    }

    /// The hosts that a step's target means: of a site, or one by its name.
    private mutating func checkTarget(
        _ name: String, _ network: Network, at way: [Step], label: String
    ) -> [Int] {
        let several = network.sites.filter(\.hasSeveralHosts).flatMap(\.hosts).map(\.name)
        let hosts = network.hosts(named: name)
        let known = network.sites.map(\.name) + several
        if hosts.isEmpty {
            checkName(name, among: known, what: several.isEmpty ? "site" : "site or host", at: way, label: label)
        }
        return hosts
    }

    /// Why a step makes no sense after what was done before.
    private static func trouble(_ step: Rehearsal.Step, at target: String, _ before: Rehearsal.Step?) -> String? {
        switch (step.kind, before) {
        case (.restore, nil): return "\(target) isn't broken at this point"
        case (.undrain, _) where before?.kind != .drain: return "\(target) isn't drained at this point"
        case (.restore, _), (.undrain, _), (_, nil): return nil
        case (_, let before?):
            return before.kind == .drain
                ? "\(target) is drained already, by \(before.name); undrain it first"
                : "\(target) is broken already, by \(before.name); restore it first"
        }
    }

    private mutating func checkCut(_ step: Rehearsal.Step, _ hosts: [Int], _ network: Network, at way: [Step]) {
        guard let neighbor = step.neighbor, let host = hosts.first else { return }
        let known = network.sites[network.hosts[host].site].neighbors.map(\.name)
        checkName(neighbor, among: known, what: "neighbor", at: way + ["neighbor"], label: "neighbor")
    }

    private mutating func checkProcess(
        _ step: Rehearsal.Step, _ hosts: [Int], _ rehearsal: Rehearsal, _ network: Network, at way: [Step]
    ) {
        guard [.hang, .kill, .flap].contains(step.kind), let first = hosts.first else { return }
        let site = network.sites[network.hosts[first].site]
        let serves = network.services.contains { $0.serve?.sites.contains(site.name) == true }
        let programs = rehearsal.programs.filter { program in
            hosts.contains { program.runs(at: site, on: network.hosts[$0].host) }
        }.map(\.name)
        let known = ["agent"] + (serves ? ["serve"] : []) + programs
        checkName(step.process, among: known, what: "process", at: way + ["process"], label: "process")
    }

    private mutating func checkLandings(_ step: Rehearsal.Step, _ network: Network, at way: [Step]) {
        let clients = network.internet?.ases.compactMap(\.client) ?? []
        for (client, site) in step.expect.landings {
            checkName(client, among: clients, what: "client", at: way + [.name(client)], label: "landings")
            checkSite(site, network, at: way + [.key(client)], label: client)
        }
    }
}

extension Rehearsal.Step.Kind {
    /// What there is to undo after it. A service that flapped is left as it was.
    fileprivate func leaves(broken step: Rehearsal.Step) -> Rehearsal.Step? {
        switch self {
        case .hang, .kill, .freeze, .cut, .drain, .overload: step
        case .measure, .undrain, .flap, .restore: nil
        }
    }
}
