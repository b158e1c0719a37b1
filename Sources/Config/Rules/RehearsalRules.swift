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
        for program in rehearsal.programs {
            let way: [Step] = ["rehearsal", "programs", .key(program.name), "site"]
            checkSite(program.site, network, at: way, label: "site")
            if ["agent", "serve"].contains(program.name) {
                refuse(
                    "rehearsal", "programs", .name(program.name),
                    because: "programs: \"\(program.name)\" means a process of our own; give the program another name")
            }
        }
        checkSteps(rehearsal, network)
    }

    /// Steps are followed as they will happen: what is broken can't be broken again, and only that can be restored.
    private mutating func checkSteps(_ rehearsal: Rehearsal, _ network: Network) {
        var broken: [String: Rehearsal.Step] = [:]
        var names = Seen<String>()
        for (index, step) in rehearsal.steps.enumerated() {
            let way: [Step] = ["rehearsal", "steps", .index(index)]
            if names.take(step.name, for: step.name) != nil {
                refuse(way + ["name"], because: "name: \(quoted(step.name)) is another step already")
            }
            checkLandings(step, network, at: way + [.key(step.kind == .measure ? "measure" : "expect"), "landings"])
            guard let site = step.target else { continue }
            let label = step.kind.rawValue
            let here = way + [.key(label)]
            checkSite(site, network, at: here, label: label)
            if let trouble = Self.trouble(step, at: site, broken[site]) {
                refuse(here, because: "\(label): \(trouble)")
            } else {
                broken[site] = step.kind.leaves(broken: step)
                checkProcess(step, rehearsal, network, at: way)
                checkCut(step, network, at: way)
            }
        }
    }

    /// Why a step makes no sense after what was done before.
    private static func trouble(_ step: Rehearsal.Step, at site: String, _ before: Rehearsal.Step?) -> String? {
        switch (step.kind, before) {
        case (.restore, nil): return "\(site) isn't broken at this point"
        case (.undrain, _) where before?.kind != .drain: return "\(site) isn't drained at this point"
        case (.restore, _), (.undrain, _), (_, nil): return nil
        case (_, let before?):
            return before.kind == .drain
                ? "\(site) is drained already, by \(before.name); undrain it first"
                : "\(site) is broken already, by \(before.name); restore it first"
        }
    }

    private mutating func checkCut(_ step: Rehearsal.Step, _ network: Network, at way: [Step]) {
        guard let neighbor = step.neighbor, let site = network.sites.first(where: { $0.name == step.target }) else {
            return
        }
        let known = site.neighbors.map(\.name)
        checkName(neighbor, among: known, what: "neighbor", at: way + ["neighbor"], label: "neighbor")
    }

    private mutating func checkProcess(
        _ step: Rehearsal.Step, _ rehearsal: Rehearsal, _ network: Network, at way: [Step]
    ) {
        guard [.hang, .kill, .flap].contains(step.kind), let site = step.target,
            network.sites.contains(where: { $0.name == site })
        else { return }
        let serves = network.services.contains { $0.serve?.sites.contains(site) == true }
        let programs = rehearsal.programs.filter { $0.site == site }.map(\.name)
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
