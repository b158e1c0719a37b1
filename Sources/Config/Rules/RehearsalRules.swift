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
        var broken: [Int: String] = [:]
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
            switch (step.kind, hosts.lazy.compactMap { broken[$0] }.first) {
            case (.restore, nil): refuse(here, because: "\(label): \(target) isn't broken at this point")
            case (.restore, _): for host in hosts { broken[host] = nil }
            case (_, let before?):
                refuse(here, because: "\(label): \(target) is broken already, by \(before); restore it first")
            case (_, nil):
                for host in hosts { broken[host] = step.name }
                checkProcess(step, hosts, rehearsal, network, at: way)
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

    private mutating func checkProcess(
        _ step: Rehearsal.Step, _ hosts: [Int], _ rehearsal: Rehearsal, _ network: Network, at way: [Step]
    ) {
        guard let index = hosts.first else { return }
        let (site, host) = (network.sites[network.hosts[index].site], network.hosts[index].host)
        let serves = network.services.contains { $0.serve?.sites.contains(site.name) == true }
        let isWhole = step.target == site.name
        let programs = rehearsal.programs.filter { program in
            isWhole ? site.hosts.contains { program.runs(at: site, on: $0) } : program.runs(at: site, on: host)
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
