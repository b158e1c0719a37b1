internal import Codes
internal import Net

/// How this host speaks ARP about addresses that it has on lo, where others on the same link have them too.
struct SharedLAN: Sendable {
    /// Links that a service address could be asked for on, or whose other hosts hear our questions.
    var links: [Link]

    struct Link: Hashable, Sendable {
        var interface: String
        /// Service addresses that the network of this link holds: machines there ask for them by ARP.
        var covered: [Address] = []
        /// Other hosts of the site are there.
        var hasOtherHosts = false
        /// What counts: the larger of the interface's own and that of `all`.
        var arpIgnore: Int
        var arpAnnounce: Int
    }

    var look: Look {
        let findings = links.flatMap { [ignoreFinding($0), announceFinding($0)].compactMap(\.self) }
        guard findings.isEmpty else { return Look("ARP", findings: findings) }
        let list = links.map { "\($0.interface) arp_ignore \($0.arpIgnore), arp_announce \($0.arpAnnounce)" }
        return Look("ARP", list.isEmpty ? "no link shares a service address" : list.joined(separator: "; "))
    }

    private func ignoreFinding(_ link: Link) -> Finding? {
        guard !link.covered.isEmpty, link.arpIgnore == 0 else { return nil }
        let list = link.covered.map(\.description).joined(separator: ", ")
        return finding(
            .answersARP, link, "arp_ignore", 0, ["the network of \(link.interface) holds \(list), which is on lo"],
            to: 1)
    }

    private func announceFinding(_ link: Link) -> Finding? {
        guard !link.covered.isEmpty || link.hasOtherHosts, link.arpAnnounce == 0 else { return nil }
        let why = link.covered.isEmpty ? ["other hosts of the site are on \(link.interface)"] : []
        return finding(.announcesARP, link, "arp_announce", 0, why, to: 2)
    }

    private func finding(
        _ condition: Explanation, _ link: Link, _ setting: String, _ value: Int, _ found: [String], to wanted: Int
    ) -> Finding {
        let name = "net.ipv4.conf.\(Sysctl.part(link.interface)).\(setting)"
        return Finding(
            condition, .warning, link.interface, found: ["\(Sysctl.path(name)) is \(value)"] + found,
            remedy: ["sysctl -w \(name)=\(wanted)", "echo '\(name) = \(wanted)' >> /etc/sysctl.d/60-landfall.conf"])
    }
}

extension Explanation {
    static let answersARP = Self(
        "LF-D402", "arp-ignore", title: "This host answers ARP for service addresses that are on lo.",
        meaning: """
            With arp_ignore 0 a host answers for every address that it has, on every interface. Where the network of a link \
            holds the service address, the router asks there, and whichever host answers last gets all the traffic, \
            announced or not, drained or not.
            """,
        remedy: "`sysctl -w net.ipv4.conf.INTERFACE.arp_ignore=1`: answer for what that interface has.")
    static let announcesARP = Self(
        "LF-D403", "arp-announce", title: "This host's questions on the link claim the service address.",
        meaning: """
            With arp_announce 0 an ARP question carries the source of the packet that waits for the answer: the service \
            address. Machines on the link learn from it that the service address is here, and some routers don't answer a \
            question whose sender isn't in their network, so that answers to clients wait.
            """,
        remedy: "`sysctl -w net.ipv4.conf.INTERFACE.arp_announce=2`: ask with the interface's own address.")
}
