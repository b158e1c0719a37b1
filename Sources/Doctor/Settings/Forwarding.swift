internal import Codes
internal import Net

/// What a host that forwards does with packets to addresses of its prefixes that nobody has.
struct Forwarding: Sendable {
    /// Of each family.
    var isOn: [Family: Bool]
    /// Prefixes for whose unused addresses the kernel has a way out, with the interface.
    var leaking: [(prefix: Prefix, interface: String)]

    var look: Look {
        let findings = leaking.filter { isOn[$0.prefix.family] == true }.map { prefix, interface in
            let name = prefix.family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
            return Finding(
                .forwardingLoop, .warning, "\(prefix)",
                found: ["\(Sysctl.path(name)) is 1", "what nobody here has of \(prefix) leaves by \(interface)"],
                remedy: ["sysctl -w \(name)=0", "ip route add blackhole \(prefix)   # where the host has to forward"])
        }
        let on = isOn.filter(\.value).map(\.key.description).sorted()
        return Look(
            "forwarding", on.isEmpty ? "off" : "on (\(on.joined(separator: ", "))), and nothing loops",
            findings: findings)
    }
}

extension Explanation {
    static let forwardingLoop = Self(
        "LF-D404", "forwarding-loop", title: "Packets to unused addresses of the prefix go in circles.",
        meaning: """
            The router sends the whole prefix here. This host forwards, and has no use for most of its addresses: it sends \
            packets to them back by its default route, the router sends them here again, and so on until the TTL is over. \
            A scan of the prefix becomes a hundred times its traffic on this link.
            """,
        remedy: "Switch forwarding off, or add a blackhole route for the prefix: service addresses are more specific.")
}
