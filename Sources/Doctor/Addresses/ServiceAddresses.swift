internal import Codes
internal import Kernel
internal import Net

/// Where service addresses are on this host, and who else has them.
struct ServiceAddresses: Sendable {
    var wanted: [Address]
    /// All that this host has of them, with the interface's name.
    var present: [Present]
    /// What others on a link say to have: an address of ours, with who answers for it.
    var elsewhere: [Elsewhere] = []
    var isAgentRunning: Bool

    struct Present: Hashable, Sendable {
        var address: Address
        var length: Int
        var interface: String
        var isLoopback: Bool
    }

    struct Elsewhere: Hashable, Sendable {
        var address: Address
        var interface: String
        var linkAddress: String
    }

    var look: Look {
        let findings = missingFindings + otherInterfaceFindings + lengthFindings + elsewhereFindings
        let there = wanted.filter { address in present.contains { $0.address == address } }
        let seen = there.isEmpty ? "none is here yet" : "\(there.count) of \(wanted.count) on lo"
        return Look("service addresses", seen, findings: findings.merged)
    }

    private var missingFindings: [Finding] {
        guard isAgentRunning else { return [] }
        return wanted.filter { address in !present.contains { $0.address == address && $0.isLoopback } }.map {
            address in
            Finding(
                .addressMissing, .error, "\(address)", found: ["an agent runs, and \(address) is not on lo"],
                remedy: ["ip address show dev lo", "ip monitor address   # who takes it away"])
        }
    }

    private var otherInterfaceFindings: [Finding] {
        present.filter { !$0.isLoopback }.map { place in
            Finding(
                .addressElsewhere, .warning, "\(place.address)",
                found: ["\(place.interface) has \(place.address)/\(place.length)"],
                remedy: ["ip address del \(place.address)/\(place.length) dev \(place.interface)"])
        }
    }

    private var lengthFindings: [Finding] {
        present.filter { $0.isLoopback && $0.length < $0.address.family.width }.map { place in
            let whole = place.address.family.width
            return Finding(
                .addressLength, .warning, "\(place.address)",
                found: ["\(place.interface) has \(place.address)/\(place.length)"],
                remedy: [
                    "ip address del \(place.address)/\(place.length) dev \(place.interface)",
                    "ip address add \(place.address)/\(whole) dev \(place.interface)",
                ])
        }
    }

    private var elsewhereFindings: [Finding] {
        elsewhere.map { other in
            Finding(
                .addressOnLink, .warning, "\(other.address)",
                found: ["on \(other.interface), \(other.linkAddress) answers for \(other.address)"],
                remedy: [
                    "ip neighbor show to \(other.address)",
                    "have that machine answer for its own addresses only: sysctl -w net.ipv4.conf.INTERFACE.arp_ignore=1   # there",
                ])
        }
    }
}

/// The host's own addresses: what sessions are opened from.
struct OwnAddresses: Sendable {
    /// Those of the file that an interface has, and those that it may not use.
    var duplicate: [(address: Address, interface: String)]
    var tentative: [(address: Address, interface: String)]
    var count: Int

    var look: Look {
        let duplicates = duplicate.map { address, interface in
            Finding(
                .duplicateAddress, .error, "\(address)",
                found: ["\(interface): \(address) failed duplicate address detection (dadfailed)"],
                remedy: ["ip -6 address show dev \(interface)", "give one of the two machines another address"])
        }
        let waiting = tentative.map { address, interface in
            Finding(
                .tentativeAddress, .warning, "\(address)",
                found: [
                    "\(interface): \(address) is tentative: \(Sysctl.path("net.ipv6.conf.\(Sysctl.part(interface)).accept_dad")) is on"
                ],
                remedy: ["sleep 2; ip -6 address show dev \(interface)"])
        }
        return Look("own addresses", "\(count) here", findings: duplicates + waiting)
    }
}

extension Explanation {
    static let addressMissing = Self(
        "LF-D501", "address-missing", title: "A service address is not on lo, and an agent runs.",
        meaning: "Somebody takes it away, faster than the agent puts it back, or the agent may not (CAP_NET_ADMIN).",
        remedy: "`ip monitor address` shows who takes it; `landfall events` has what the agent did.")
    static let addressElsewhere = Self(
        "LF-D502", "address-elsewhere", title: "A service address is on another interface than lo.",
        meaning: """
            The agent puts the address on lo and takes it from there when the service is withdrawn for good. One on another \
            interface stays, is answered for by ARP on that link, and attracts traffic that the agent knows nothing of.
            """,
        remedy: "`ip address del ADDRESS/LENGTH dev INTERFACE`, and out of the network's configuration files.")
    static let addressLength = Self(
        "LF-D503", "address-length", title: "A service address is on lo with a network around it.",
        meaning: """
            On lo, every address of that network is this host's own: packets to addresses that nobody serves are taken, and \
            other machines of the network can't be reached. The agent adds and removes the address alone (/32, /128), so \
            this one would stay when it stops.
            """,
        remedy: "Remove it; the agent puts the address there by itself.")
    static let addressOnLink = Self(
        "LF-D504", "address-on-link", title: "Another machine on the link answers for a service address.",
        meaning: """
            A service address is reached through routes, never by ARP or neighbor discovery. A machine that answers for it \
            on the link takes traffic past BGP: its drains and withdrawals change nothing for whoever asked on the link.
            """,
        remedy: "There: arp_ignore=1 on the interface, and the address on lo only.")
    static let duplicateAddress = Self(
        "LF-D505", "duplicate-address", title: "Another machine has the host's own address.",
        meaning: """
            Before an IPv6 address is used, the host asks on the link whether somebody has it (RFC 4862 §5.4), and somebody \
            does. The kernel doesn't use it, and no session can be opened from it. Of IPv4, the kernel doesn't ask.
            """,
        remedy: "Give one of the two machines another address.")
    static let tentativeAddress = Self(
        "LF-D506", "tentative-address", title: "The host's own address is not usable yet.",
        meaning: """
            The host still asks on the link whether somebody else has the address, which takes a second or two after the \
            interface came up. Until then sessions can't be opened from it.
            """,
        remedy: "Wait two seconds and look again; start the agent after network-online.target.")
}
