internal import Codes

/// Bounds of the kernel on what may wait, and what they have cost so far.
struct Queues: Sendable {
    /// Whether a service of ours asks for a receive buffer.
    var isServing: Bool
    /// net.core.rmem_max, in bytes.
    var mostReceiveBuffer: Int?
    /// net.core.netdev_max_backlog; not to be seen in a network namespace.
    var mostBacklog: Int?
    /// Packets, and those dropped since the backlog was full.
    var backlog: Seen<Drops>
    /// net.ipv4.ip_nonlocal_bind and that of IPv6.
    var nonlocalBind: [String]

    struct Drops: Hashable, Sendable { var packets: UInt64; var dropped: UInt64 }

    /// What `landfall serve` asks for.
    static let wantedReceiveBuffer = 4 << 20

    var looks: [Look] { [bufferLook, backlogLook, bindLook] }

    private var bufferLook: Look {
        guard let most = mostReceiveBuffer else {
            return Look("receive buffer", hidden: "\(Sysctl.path("net.core.rmem_max")) can't be read")
        }
        guard isServing, most < Self.wantedReceiveBuffer else {
            return Look("receive buffer", "rmem_max \(most) bytes")
        }
        let finding = Finding(
            .smallReceiveBuffer, .note, "net.core.rmem_max",
            found: [
                "\(Sysctl.path("net.core.rmem_max")) is \(most), and the service asks for \(Self.wantedReceiveBuffer)"
            ],
            remedy: [
                "sysctl -w net.core.rmem_max=\(Self.wantedReceiveBuffer)",
                "echo 'net.core.rmem_max = \(Self.wantedReceiveBuffer)' >> /etc/sysctl.d/60-landfall.conf",
            ])
        return Look("receive buffer", findings: [finding])
    }

    private var backlogLook: Look {
        guard let drops = backlog.value else { return Look("backlog", hidden: backlog.hidden) }
        guard drops.dropped > 0 else { return Look("backlog", "none of \(drops.packets) packets dropped") }
        let limit = mostBacklog.map { "\(Sysctl.path("net.core.netdev_max_backlog")) is \($0)" }
        let finding = Finding(
            .backlogDrops, .warning, "net.core.netdev_max_backlog",
            found: [
                "/proc/net/softnet_stat: \(drops.dropped) of \(drops.packets) packets dropped since the machine started"
            ]
                + [limit].compactMap(\.self),
            remedy: ["sysctl -w net.core.netdev_max_backlog=\(max(4 * (mostBacklog ?? 1000), 4000))"])
        return Look("backlog", findings: [finding])
    }

    private var bindLook: Look {
        guard !nonlocalBind.isEmpty else { return Look("ip_nonlocal_bind", "off") }
        let finding = Finding(
            .nonlocalBind, .note, "ip_nonlocal_bind", found: nonlocalBind.map { "\(Sysctl.path($0)) is 1" },
            remedy: nonlocalBind.map { "sysctl -w \($0)=0" })
        return Look("ip_nonlocal_bind", findings: [finding])
    }
}

extension Explanation {
    static let smallReceiveBuffer = Self(
        "LF-D406", "small-receive-buffer",
        title: "The kernel gives the service a smaller receive buffer than it asks for.",
        meaning: """
            `landfall serve` asks for 4 MiB a socket, which holds the queries of a burst, and of the 100 ms or so that a \
            restart in place takes. The kernel gives at most net.core.rmem_max, and drops what doesn't fit.
            """,
        remedy: "`sysctl -w net.core.rmem_max=4194304`, before the agent starts.")
    static let backlogDrops = Self(
        "LF-D407", "backlog-drops", title: "The kernel has dropped packets before any socket saw them.",
        meaning: """
            Packets that arrive faster than a processor takes them wait in its backlog; what doesn't fit is dropped, \
            queries and BGP alike, and no socket counts it. Counted since the machine started.
            """,
        remedy: "`sysctl -w net.core.netdev_max_backlog=4000`; spread interrupts or receive queues over processors.")
    static let nonlocalBind = Self(
        "LF-D408", "nonlocal-bind", title: "Programs may listen at addresses that this host doesn't have.",
        meaning: """
            Landfall doesn't need ip_nonlocal_bind: it opens sockets after the address is on lo. With it, a server that is \
            told a wrong address starts all the same, and nobody notices but its clients.
            """,
        remedy: "`sysctl -w net.ipv4.ip_nonlocal_bind=0`.")
}
