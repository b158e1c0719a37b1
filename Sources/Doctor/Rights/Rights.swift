internal import Codes
internal import Kernel
internal import Net

/// What the agent may do: the running one, or one that whoever asks would start.
struct Rights: Sendable {
    /// `the running agent (pid 812)`, `an agent started by alice`.
    var who: String
    var isRunning: Bool
    /// What it has, or would have.
    var had: Seen<CapabilitySet>
    /// What it should keep.
    var wanted: CapabilitySet
    /// Started as root, it becomes somebody else.
    var becomes: User?
    /// Service addresses that are not on lo yet.
    var missingAddresses: [Address] = []
    /// Ports that it opens.
    var ports: [UInt16] = []
    /// The first port that anybody may open.
    var firstFreePort: UInt16 = 1024
    var needsICMP = false
    /// ICMP sockets that need no rights (net.ipv4.ping_group_range) are open to its group.
    var mayPing = false

    var looks: [Look] { [rightsLook, userLook] }

    private var rightsLook: Look {
        guard let had = had.value else { return Look("rights", hidden: had.hidden) }
        let findings = [addressFinding(had), portFinding(had), rawFinding(had), becomeFinding(had)].compactMap(\.self)
        return Look("rights", "\(who): \(had.intersection(wanted))", findings: findings)
    }

    private func missing(_ right: CapabilitySet, _ severity: Severity, _ condition: Explanation, _ why: String)
        -> Finding
    {
        Finding(
            condition, severity, who, found: ["it has no \(right): \(why)"],
            remedy: [
                "start the agent as root: it keeps what it needs, and gives up the rest",
                "systemctl show --property AmbientCapabilities,CapabilityBoundingSet 'landfall*'",
            ])
    }

    private func addressFinding(_ had: CapabilitySet) -> Finding? {
        guard !had.contains(.netAdmin), !missingAddresses.isEmpty else { return nil }
        let list = missingAddresses.map(\.description).joined(separator: ", ")
        return missing(.netAdmin, .error, .noNetAdmin, "it can't put \(list) on lo")
    }

    private func portFinding(_ had: CapabilitySet) -> Finding? {
        let low = ports.filter { $0 < firstFreePort }
        guard !had.contains(.netBindService), !low.isEmpty, !isRunning else { return nil }
        let list = Set(low).sorted().map(String.init).joined(separator: ", ")
        return missing(
            .netBindService, .error, .noBindService,
            "it can't open port \(list); net.ipv4.ip_unprivileged_port_start is \(firstFreePort)")
    }

    private func rawFinding(_ had: CapabilitySet) -> Finding? {
        guard wanted.contains(.netRaw), !had.contains(.netRaw) else { return nil }
        if needsICMP, !mayPing {
            return missing(.netRaw, .error, .noRaw, "icmp checks can't be made, and what they check is not announced")
        }
        return missing(.netRaw, .warning, .noRaw, "what other programs' services send can't be counted")
    }

    private func becomeFinding(_ had: CapabilitySet) -> Finding? {
        let rights: CapabilitySet = [.setUID, .setGID, .setPCap]
        guard let becomes, !isRunning, !had.isSuperset(of: rights), !User.isOnlyOne else { return nil }
        return missing(
            rights.subtracting(had), .error, .cannotBecome, "it can't become \(becomes.name) and give up root's rights")
    }

    private var userLook: Look {
        guard let becomes, becomes.name == "nobody" else {
            return Look("user", becomes.map { "the agent becomes \($0.name)" } ?? "the agent stays who it is")
        }
        let finding = Finding(
            .userNobody, .note, "user nobody", found: ["there is no user landfall"],
            remedy: [
                "systemd-sysusers   # where make install, or a package, has put its landfall.conf into sysusers.d",
                "useradd --system --home-dir /var/lib/landfall --shell /usr/sbin/nologin landfall",
            ])
        return Look("user", findings: [finding])
    }
}

extension Explanation {
    static let noNetAdmin = Self(
        "LF-D101", "no-net-admin", title: "The agent can't put the service addresses on lo.",
        meaning: """
            An anycast address lives on lo, where the agent puts it at its start and takes it away when it stops. That takes \
            CAP_NET_ADMIN, unless all of them are there already.
            """,
        remedy: "Start the agent as root, or put the addresses on lo yourself: `ip address add ADDRESS dev lo`.")
    static let noBindService = Self(
        "LF-D102", "no-bind-service", title: "The agent can't open its ports.",
        meaning: """
            BGP (179) and DNS (53) have ports below net.ipv4.ip_unprivileged_port_start, which take CAP_NET_BIND_SERVICE. \
            The agent doesn't start without them.
            """,
        remedy: "Start the agent as root: it keeps this right and gives up the rest.")
    static let noRaw = Self(
        "LF-D103", "no-net-raw", title: "The agent can't send ICMP, or can't count packets.",
        meaning: """
            `icmp` checks take CAP_NET_RAW where net.ipv4.ping_group_range leaves the agent's group out. What another \
            program's service sends is counted with packet sockets, which take it too: without the count, an overload looks \
            like a failure, and a drain doesn't see what still arrives.
            """,
        remedy: "Start the agent as root, or give its unit AmbientCapabilities=CAP_NET_RAW.")
    static let cannotBecome = Self(
        "LF-D104", "cannot-become", title: "The agent can't give up root's rights.",
        meaning: """
            Started as root, the agent becomes an ordinary user before it has a second thread. That takes CAP_SETUID, \
            CAP_SETGID and CAP_SETPCAP, which a container may have taken from root.
            """,
        remedy: "Give them to the container, or start the agent as the user itself, with ambient capabilities.")
    static let userNobody = Self(
        "LF-D105", "user-nobody", title: "The agent becomes nobody, for want of a user of its own.",
        meaning: """
            Started as root, the agent becomes the user landfall where there is one, and nobody otherwise. Whatever else \
            runs as nobody could then signal the agent, read its state and ask its control socket.
            """,
        remedy: """
            `systemd-sysusers` makes it where `make install`, or a package, has put its file; else `useradd --system \
            --home-dir /var/lib/landfall --shell /usr/sbin/nologin landfall`; or `--user`.
            """)
}
