internal import Codes
internal import Kernel
internal import Net

/// Ports that the agent and its services open, and who has them.
struct Ports: Sendable {
    var services: [ServicePort]
    /// Where BGP is listened for.
    var bgp: [Endpoint]
    /// Where metrics are scraped; empty where the file doesn't ask for it.
    var metrics: [Endpoint] = []
    /// All that listen, with who holds them.
    var listeners: Seen<[Listener]>
    /// Whether an agent of this host runs: then the sockets that are `ours` are its own.
    var isAgentRunning: Bool

    struct Listener: Hashable, Sendable {
        var transport: OpenSocket.Transport
        var at: Endpoint
        /// `nsd (pid 812)`; nil where descriptors of others can't be seen.
        var holder: String?
        var owner: Owner

        var isOurs: Bool { owner == .own }
    }

    var looks: [Look] {
        guard let listeners = listeners.value else {
            let reason = self.listeners.hidden
            return [Look("service ports", hidden: reason), Look("BGP port", hidden: reason)]
        }
        let found = grouped(services).map { ports in look(ports, listeners) }
        return found + [bgpLook(listeners)] + (metrics.isEmpty ? [] : [metricsLook(listeners)])
    }

    /// One look for each service, transport and port.
    private func grouped(_ ports: [ServicePort]) -> [[ServicePort]] {
        var groups: [[ServicePort]] = []
        for port in ports {
            let place = groups.firstIndex { group in
                group.contains { ($0.service, $0.transport, $0.port) == (port.service, port.transport, port.port) }
            }
            if let place { groups[place].append(port) } else { groups.append([port]) }
        }
        return groups
    }

    private func look(_ ports: [ServicePort], _ listeners: [Listener]) -> Look {
        let name = "\(ports[0].service): port \(ports[0].port)/\(ports[0].transport.rawValue)"
        var findings: [Finding] = []
        for port in ports {
            let same = listeners.filter { $0.transport == port.transport && $0.at.port == port.port }
            let exact = same.filter { $0.at.address == port.address }
            let wild = same.filter { $0.isWildcard(for: port.address, among: same) }
            findings += port.isOurs ? ours(port, exact, wild) : foreign(port, exact, wild)
        }
        let seen = ports[0].isOurs ? (isAgentRunning ? "held by the agent" : "free") : "somebody listens"
        return Look(name, seen, findings: findings.merged, hidden: hidden(findings))
    }

    /// Who holds a socket is part of what has to be found.
    private func hidden(_ findings: [Finding]) -> String? {
        let isNameless = findings.contains { $0.found.contains { $0.contains(Listener.unknown) } }
        return isNameless ? "which program it is: descriptors of other users' processes take root to see" : nil
    }

    private func ours(_ port: ServicePort, _ exact: [Listener], _ wild: [Listener]) -> [Finding] {
        let subject = "service \(port.service)"
        let taken = exact.filter { !$0.isOurs }.map { listener in
            Finding(
                .portTaken, .error, subject, found: ["\(listener) listens where the service does"],
                remedy: listener.remedy(or: "stop that program, or give the service another `serve.dns.port`"))
        }
        let wild = wild.filter { !$0.isOurs }.map { listener in
            Finding(
                .wildcardListener, isAgentRunning ? .warning : .error, subject,
                found: ["\(listener) listens at every address, also at \(port.address)"],
                remedy: listener.remedy(or: "have that program listen at this host's own addresses only"))
        }
        return taken + wild
    }

    private func foreign(_ port: ServicePort, _ exact: [Listener], _ wild: [Listener]) -> [Finding] {
        let subject = "service \(port.service)"
        if exact.isEmpty, wild.isEmpty {
            let found = ["nobody listens at \(port)"]
            let remedy = ["start the program that serves \(port.endpoint), or correct the check's `port`"]
            return [Finding(.nobodyListens, .warning, subject, found: found, remedy: remedy)]
        }
        guard let own = exact.first else { return [] }
        return wild.filter { $0.program != own.program }.map { other in
            Finding(
                .secondListener, .warning, subject,
                found: ["\(own) listens there, and \(other) at every address"],
                remedy: other.remedy(or: "have it listen at this host's own addresses only"))
        }
    }

    private func bgpLook(_ listeners: [Listener]) -> Look {
        let findings = others(at: bgp, among: listeners).map { listener in
            Finding(
                .bgpPortTaken, isAgentRunning ? .warning : .error, "BGP",
                found: ["\(listener) listens where BGP does"],
                remedy: listener.remedy(or: "stop that BGP speaker, or have it listen elsewhere"))
        }
        return look("BGP port", bgp, findings)
    }

    private func metricsLook(_ listeners: [Listener]) -> Look {
        let findings = others(at: metrics, among: listeners).map { listener in
            Finding(
                .metricsPortTaken, .warning, "metrics", found: ["\(listener) listens where metrics do"],
                remedy: listener.remedy(or: "stop that program, or choose another `metrics.port`"))
        }
        return look("metrics port", metrics, findings)
    }

    private func look(_ name: String, _ wanted: [Endpoint], _ findings: [Finding]) -> Look {
        let places = wanted.map(\.description).joined(separator: ", ")
        let seen = isAgentRunning ? "held by the agent: \(places)" : "free: \(places)"
        return Look(name, seen, findings: findings.merged, hidden: hidden(findings))
    }

    /// Listeners of others over TCP that are in the way.
    private func others(at wanted: [Endpoint], among listeners: [Listener]) -> [Listener] {
        listeners.filter { listener in
            guard !listener.isOurs, listener.transport == .tcp else { return false }
            return wanted.contains { place in
                listener.at.port == place.port && listener.at.address.family == place.address.family
                    && (listener.at.address == place.address || listener.at.address.isUnspecified
                        || place.address.isUnspecified)
            }
        }
    }
}

extension Ports.Listener: CustomStringConvertible {
    static let unknown = "a program that can't be seen"

    var program: String {
        guard case .otherAgent(let agent) = owner else { return holder ?? Self.unknown }
        let pid = agent.pid.map { " (pid \($0))" } ?? ""
        return "the agent of \(agent.name)\(pid)"
    }
    /// `dnsmasq (pid 812), udp 0.0.0.0:53`
    var description: String { "\(program), \(transport.rawValue) \(at)," }
    /// What to do about it: who it is, to be typed, and what helps where it is no agent of ours.
    fileprivate func remedy(or otherwise: String) -> [String] {
        if case .otherAgent(let agent) = owner { return agent.remedy }
        return ["ss -lnp\(transport == .udp ? "u" : "t") 'sport = :\(at.port)'", otherwise]
    }

    /// Whether it gets what is sent to an address that nobody else listens at. An IPv6 socket at :: gets IPv4 as well,
    /// unless it was told otherwise: then the program has another at 0.0.0.0.
    fileprivate func isWildcard(for address: Address, among all: [Self]) -> Bool {
        guard at.address.isUnspecified else { return false }
        if at.address.family == address.family { return true }
        return address.family == .ipv4 && !all.contains { $0.at.address == Address(family: .ipv4, bits: 0) }
    }
}

extension [Finding] {
    /// What differs in its evidence only is one finding.
    var merged: [Finding] {
        var all: [Finding] = []
        for finding in self {
            let place = all.firstIndex {
                ($0.condition.code, $0.severity, $0.subject) == (
                    finding.condition.code, finding.severity, finding.subject
                )
            }
            guard let place else {
                all.append(finding)
                continue
            }
            all[place].found += finding.found.filter { !all[place].found.contains($0) }
            all[place].remedy += finding.remedy.filter { !all[place].remedy.contains($0) }
        }
        return all
    }
}

extension Explanation {
    static let portTaken = Self(
        "LF-D201", "port-taken", title: "Another program has a port that the service needs.",
        meaning: """
            `landfall serve` gets its sockets from the agent, which opens them at its start. Where another program has the \
            same address and port, the agent doesn't start; where that program shares the port (SO_REUSEPORT), it takes \
            its share of the queries. An agent of another site on this machine is named as that.
            """,
        remedy: "Stop the other program, have it listen elsewhere, or give the service another `serve.dns.port`.")
    static let wildcardListener = Self(
        "LF-D202", "wildcard-listener", title: "Another program listens at every address, and so at the service's.",
        meaning: """
            A socket at 0.0.0.0 or :: gets what is sent to every address of this host that nobody else listens at. It keeps \
            the agent from opening the service's port, or answers clients of the service while its own server is away: \
            then checks pass and the prefix is announced, and what clients get is another program's answer.
            """,
        remedy: "Have the other program listen at this host's own addresses only, or stop it.")
    static let nobodyListens = Self(
        "LF-D203", "nobody-listens", title: "Nobody listens where a check will ask.",
        meaning: """
            The service is another program's (there is no `serve` for it at this site), and no socket of this host gets \
            what the check sends. The check will fail, and the prefix will not be announced.
            """,
        remedy: "Start the program that serves the address, or correct the check's port.")
    static let secondListener = Self(
        "LF-D204", "second-listener", title: "A second program would answer for the service.",
        meaning: """
            One program listens at the service's address, another at every address. When the first ends, the second answers: \
            checks that look at less than the content of an answer still pass, and the prefix stays announced.
            """,
        remedy: "Have the second program listen at this host's own addresses only.")
    static let bgpPortTaken = Self(
        "LF-D205", "bgp-port-taken", title: "Another program has the port of BGP.",
        meaning: """
            The agent listens at TCP port 179 of its own addresses, so that neighbors can connect too. Another BGP speaker \
            there keeps it from starting, and its sessions with the same neighbors would be replaced by ours.
            """,
        remedy: "Stop the other speaker (`systemctl stop bird`), or have it listen at another address.")
    static let metricsPortTaken = Self(
        "LF-D206", "metrics-port-taken", title: "Another program has the port of metrics.",
        meaning: """
            The agent starts and announces without it, says so in an alarm, and tries again every five seconds; meanwhile \
            Prometheus scrapes the other program, or nobody.
            """,
        remedy: "Stop the other program, or choose another `metrics.port`.")
}
