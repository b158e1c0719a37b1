internal import Config
internal import Health
internal import Kernel
internal import Net

extension Rights {
    init(_ surroundings: Surroundings) {
        let (subject, agent) = (surroundings.subject, surroundings.agentProcess)
        isRunning = agent != nil
        wanted = subject.rights
        if let agent {
            (who, becomes) = ("the running agent (pid \(agent))", nil)
        } else {
            let user = User.current
            (who, becomes) = ("an agent started by \(user.name)", user.uid == 0 ? subject.user : nil)
        }
        had = Self.capabilities(of: agent)
        let lo = surroundings.interfaces.first { $0.name == "lo" }?.index
        missingAddresses = subject.network.services.flatMap(\.addresses).filter { address in
            !surroundings.addresses.contains { $0.interface == lo && $0.address == address }
        }
        ports = subject.listenEndpoints.map(\.port) + subject.servicePorts.filter(\.isOurs).map(\.port)
        firstFreePort = UInt16(clamping: Sysctl.integer("net.ipv4.ip_unprivileged_port_start") ?? 1024)
        needsICMP = subject.network.services.flatMap(\.checks).contains {
            if case .icmp = $0.kind { true } else { false }
        }
        let group = becomes?.gid ?? User.current.gid
        mayPing = agent == nil && Self.mayPing(group)
    }

    /// Of the agent, or what one gets that is started here: a process that stays who it is can raise what it is permitted.
    private static func capabilities(of agent: Int32?) -> Seen<CapabilitySet> {
        let status = agent.map { "/proc/\($0)/status" } ?? "/proc/self/status"
        let field = ProcFile.read(status).flatMap { statusField($0, agent == nil ? "CapPrm" : "CapEff") }
        return field.flatMap { UInt64($0, radix: 16) }.map { .value(CapabilitySet(rawValue: $0)) }
            ?? .hidden("\(status) can't be read")
    }

    /// Without CAP_NET_RAW (icmp(7)).
    private static func mayPing(_ group: UInt32) -> Bool {
        let range = (Sysctl.text("net.ipv4.ping_group_range") ?? "").split(whereSeparator: \.isWhitespace)
            .compactMap { UInt32($0) }
        return range.count == 2 && range[0] <= group && group <= range[1]
    }
}
