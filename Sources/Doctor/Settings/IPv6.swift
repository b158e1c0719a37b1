internal import Codes
internal import Net

/// Whether IPv6 works where the file wants it.
struct IPv6: Sendable {
    /// Whether the file has an IPv6 address or neighbor for this host.
    var isWanted: Bool
    /// Whether the kernel has it at all.
    var isPresent: Bool
    /// Interfaces where it is switched off (disable_ipv6).
    var disabledOn: [String]

    var look: Look {
        guard isWanted else { return Look("IPv6", "not used by the file") }
        guard isPresent else {
            return Look(
                "IPv6",
                findings: [
                    finding(
                        "the kernel has none: /proc/sys/net/ipv6 isn't there",
                        "a kernel without ipv6.disable=1 on its command line")
                ])
        }
        let findings = disabledOn.map { interface in
            let name = "net.ipv6.conf.\(Sysctl.part(interface)).disable_ipv6"
            return finding("\(Sysctl.path(name)) is 1", "sysctl -w \(name)=0")
        }
        return Look("IPv6", "on", findings: findings.merged)
    }

    private func finding(_ found: String, _ remedy: String) -> Finding {
        Finding(.ipv6Disabled, .error, "IPv6", found: [found], remedy: [remedy])
    }
}

extension Explanation {
    static let ipv6Disabled = Self(
        "LF-D405", "family-disabled", title: "IPv6 is switched off where the file wants it.",
        meaning: """
            The kernel refuses an IPv6 address on an interface with disable_ipv6: the agent can't put the service address \
            on lo, or has no session with an IPv6 neighbor.
            """,
        remedy: "`sysctl -w net.ipv6.conf.INTERFACE.disable_ipv6=0`.")
}
