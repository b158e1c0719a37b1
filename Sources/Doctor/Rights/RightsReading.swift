internal import Config
internal import Health
internal import Kernel
internal import Net

extension Rights {
    init(_ surroundings: Surroundings) {
        let (subject, agent) = (surroundings.subject, surroundings.agentProcess)
        isRunning = agent != nil
        wanted = subject.rights
        let status = agent.map { "/proc/\($0)/status" } ?? "/proc/self/status"
        if let agent {
            (who, becomes) = ("the running agent (pid \(agent))", nil)
        } else {
            let user = User.current
            (who, becomes) = ("an agent started by \(user.name)", user.uid == 0 ? subject.user : nil)
        }
        // A process that stays who it is can raise what it is permitted.
        let field = ProcFile.read(status).flatMap { statusField($0, agent == nil ? "CapPrm" : "CapEff") }
        had =
            field.flatMap { UInt64($0, radix: 16) }.map { .value(CapabilitySet(rawValue: $0)) }
            ?? .hidden("\(status) can't be read")
        let lo = surroundings.interfaces.first { $0.name == "lo" }?.index
        missingAddresses = subject.network.services.flatMap(\.addresses).filter { address in
            !surroundings.addresses.contains { $0.interface == lo && $0.address == address }
        }
        ports = subject.listenEndpoints.map(\.port) + subject.servicePorts.filter(\.isOurs).map(\.port)
        firstFreePort = UInt16(clamping: Sysctl.integer("net.ipv4.ip_unprivileged_port_start") ?? 1024)
        needsICMP = subject.network.services.flatMap(\.checks).contains {
            if case .icmp = $0.kind { true } else { false }
        }
        let groups = (Sysctl.text("net.ipv4.ping_group_range") ?? "").split(whereSeparator: \.isWhitespace)
            .compactMap { UInt32($0) }
        let group = agent == nil ? becomes?.gid ?? User.current.gid : nil
        mayPing = groups.count == 2 && group.map { groups[0] <= $0 && $0 <= groups[1] } == true
    }
}
