internal import Config
internal import Dialect
internal import Kernel
internal import Net

/// How to look into a rehearsal that is kept: for every namespace a command that enters it, and what to do there.
struct WaysIn {
    let blueprint: Blueprint
    let namespaces: [Namespace]
    let network: Network
    let stage: Stage
    let program: RouterProgram
    /// The pid of the rehearsal's first process, as its user sees it.
    static let pidPlaceholder = "%PID%"

    /// With the pid still to be filled in: inside, that process is 1.
    var text: String {
        let rows = blueprint.nodes.indices.map { "  \(label($0)): \(enter($0)) \(shell)" }
        return
            (["The rehearsal is running. Each namespace, and how to enter it:"] + rows + ["", "Try:"] + examples
            + ["", "landfall rehearse --clean ends it."]).joined(separator: "\n")
    }

    private var shell: String { "bash" }

    private func label(_ node: Int) -> String {
        switch blueprint.nodes[node].kind {
        case .router(let index): "AS \(network.internet?.ases[index].asn.rawValue ?? 0) \(blueprint.nodes[node].name)"
        case .host(let index):
            network.sites[network.hosts[index].site].hasSeveralHosts
                ? "host \(blueprint.nodes[node].name) of \(network.sites[network.hosts[index].site].name)"
                : "site \(blueprint.nodes[node].name)"
        case .client: "client \(blueprint.nodes[node].name)"
        }
    }

    /// The mount namespace too, since control sockets are there. Rootless, the user namespace gives the right to enter.
    private func enter(_ node: Int) -> String {
        let user = Inside.hasUsersOfItsOwn ? " -U --preserve-credentials" : ""
        let pid = Self.pidPlaceholder
        return "nsenter -t \(pid)\(user) -m -p --net=/proc/\(pid)/fd/\(namespaces[node].descriptor)"
    }

    /// With the programs that this machine has.
    private var examples: [String] {
        guard let client = blueprint.clients.first, let address = network.services.first?.addresses.first else {
            return []
        }
        var lines: [String] = []
        if let dig = Programs.find("dig") {
            lines.append("\(enter(client.node)) \(dig) @\(address) id.server CH TXT +nsid +short")
        }
        for (name, options) in [("ping", "-c 3"), ("mtr", "-n -r -c 3")] {
            if let program = Programs.find(name) {
                lines.append("\(enter(client.node)) \(program) \(options) \(address)")
            }
        }
        let router = stage.control(blueprint.nodes[client.access].name)
        if program == .landfall {
            lines.append("\(enter(client.access)) /proc/1/exe routes \(address) --socket \(router)")
        } else if let birdc = Programs.find("birdc") {
            lines.append("\(enter(client.access)) \(birdc) -s \(router) show route all for \(address)")
        }
        let agent = stage.agentSocket(network.label(ofHost: 0))
        lines.append("\(enter(network.node(ofHost: 0))) /proc/1/exe status --socket \(agent)")
        return lines.map { "  " + $0 }
    }
}

extension Director {
    /// What `--keep` prints.
    package var waysIn: String {
        WaysIn(blueprint: blueprint, namespaces: world.namespaces, network: network, stage: stage, program: program)
            .text
    }
}
