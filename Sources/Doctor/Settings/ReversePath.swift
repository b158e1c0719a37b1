internal import Codes

/// Whether the kernel drops what comes by another interface than it would answer by (rp_filter, IPv4 only).
struct ReversePath: Sendable {
    /// Interfaces that neighbors are reached by, and so clients come by, with what counts there: the larger of the
    /// interface's own setting and that of `all`.
    var interfaces: [Setting]
    /// The interfaces that a client far away is answered by; empty: there is no way to one.
    var answersBy: [String]

    struct Setting: Hashable, Sendable {
        var interface: String
        var own: Int
        var all: Int
        var effective: Int { max(own, all) }
    }

    var look: Look {
        let strict = interfaces.filter { $0.effective == 1 && !answersBy.contains($0.interface) }
        guard !strict.isEmpty else {
            let list = interfaces.map { "\($0.interface) \($0.effective)" }.joined(separator: ", ")
            return Look("rp_filter", list.isEmpty ? "no IPv4 neighbor" : list)
        }
        let findings = strict.map { setting in
            let name = setting.own == 1 ? setting.interface : "all"
            return Finding(
                .strictReversePath, .warning, setting.interface,
                found: [
                    "\(Sysctl.path("net.ipv4.conf.\(Sysctl.part(name)).rp_filter")) is 1",
                    answersBy.isEmpty
                        ? "there is no route to clients far away"
                        : "clients far away are answered by \(answersBy.joined(separator: ", "))",
                ],
                remedy: [
                    "sysctl -w net.ipv4.conf.\(Sysctl.part(setting.interface)).rp_filter=2",
                    "echo 'net.ipv4.conf.\(Sysctl.part(setting.interface)).rp_filter = 2' > /etc/sysctl.d/60-landfall.conf",
                ])
        }
        return Look("rp_filter", findings: findings)
    }
}

extension Explanation {
    static let strictReversePath = Self(
        "LF-D401", "strict-rp-filter",
        title: "The kernel drops clients that come by another way than answers leave by.",
        meaning: """
            With rp_filter 1 (strict, RFC 3704 §2.2) a packet counts only when the route back to its sender leaves by the \
            interface that it came by. Clients of an anycast address come by whichever neighbor their network prefers, and \
            answers leave by the default route: what comes by another interface is dropped without a trace but \
            TcpExt:IPReversePathFilter, while checks from this host pass.
            """,
        remedy: "`sysctl -w net.ipv4.conf.INTERFACE.rp_filter=2` (loose: some route back is enough).")
}
