import FoundationEssentials
import Peers

/// A root, a zone below it and one below that, all signed, all served by `landfall serve`; the last by two servers with
/// an address of each family. zonemaster-cli and dnsviz go down from the root as a resolver would. What they found is
/// `docs/dns-delegation.md`.
let dnsDelegation = Comparison(
    name: "dns-delegation", summary: "zonemaster-cli and dnsviz on a signed delegation: docs/dns-delegation.md"
) {
    if let lack = Program.lack("zonemaster-cli", "dnsviz") { throw PeerError(lack) }
    let sandbox = try await Sandbox(fresh: false)
    for address in Delegation.addresses {
        let isIPv6 = address.contains(":")
        try await sandbox.ip("addr add \(address)\(isIPv6 ? "/128" : "/32") dev lo" + (isIPv6 ? " nodad" : ""))
    }
    var rounds: [DelegationRound] = []
    for denial in SignedZone.Denial.allCases {
        say("dns-delegation: \(denial)")
        rounds.append(try await DelegationRound(denial, in: sandbox))
    }
    let date = Date.now.formatted(.iso8601.year().month().day())
    try writeFile("docs/dns-delegation.md", DelegationDocument(rounds: rounds, date: date).text)

    var findings = Findings()
    for round in rounds {
        for message in round.zonemaster.messages {
            findings.cases += 1
            if message.level == "INFO" {
                findings.equal += 1
            } else if let reason = Delegation.reasons[message.tag] {
                findings.explained[reason, default: 0] += 1
            } else {
                findings.unexplained.append("\(round.denial): \(message.tag) \(message.details)")
            }
        }
        findings.cases += round.dnsviz.inOrder
        findings.equal += round.dnsviz.inOrder
        for (code, count) in round.dnsviz.objections.sorted(by: { $0.key < $1.key }) {
            findings.cases += count
            findings.unexplained.append("\(round.denial): dnsviz: \(code), \(count) times")
        }
    }
    return findings
}

/// The zones, and where they are served.
enum Delegation {
    static let zone = "landfall.example."
    static let root = ["192.0.2.1", "2001:db8:1::1"]
    static let parent = ["192.0.2.10", "2001:db8:1::10"]
    static let first = ["198.51.100.53", "2001:db8:2::53"]
    static let second = ["203.0.113.53", "2001:db8:3::53"]

    static let addresses = root + parent + first + second

    /// What zonemaster-cli objects to and should, by its tag.
    static let reasons = ["NAMESERVER_IP_PRIVATE_NETWORK": "the addresses are those that are kept for documentation"]

    static let child = """
        $ORIGIN landfall.example.
        $TTL 3600
        @ SOA ns1 hostmaster 2026112201 14400 3600 1209600 3600
        @ NS ns1
        @ NS ns2
        @ A 198.51.100.80
        @ MX 10 mail
        @ TXT "v=spf1 mx -all"

        """ + glue + """
            mail A 198.51.100.25
            alias CNAME www.deep
            www.deep A 198.51.100.80
            *.wild TXT "from a wildcard"
            old DNAME deep
            unsigned NS ns.elsewhere.example.

            """

    /// - Parameter ds: of the zone below.
    static func parent(_ ds: String) -> String {
        """
        $ORIGIN example.
        $TTL 3600
        @ SOA ns.nic hostmaster.nic 1 14400 3600 1209600 3600
        @ NS ns.nic

        """ + records("ns.nic", parent) + "$ORIGIN landfall.example.\n@ NS ns1\n@ NS ns2\n" + glue + ds
    }

    /// With the names that belong to the addresses.
    static func root(_ ds: String) -> String {
        let names = zip(
            [first, second, parent], ["ns1.landfall.example.", "ns2.landfall.example.", "ns.nic.example."])
        return """
            $ORIGIN .
            $TTL 3600
            @ SOA a.root-servers.net. hostmaster.nic.example. 1 14400 3600 1209600 3600
            @ NS a.root-servers.net.
            example. NS ns.nic.example.

            """ + records("a.root-servers.net.", root) + records("ns.nic.example.", parent) + ds
                + names.flatMap { addresses, name in addresses.map { "\(reverse($0)) PTR \(name)\n" } }.joined()
    }

    static let hints = ". 3600000 NS a.root-servers.net.\n" + records("a.root-servers.net.", root)

    private static let glue = records("ns1", first) + records("ns2", second)

    private static func records(_ name: String, _ addresses: [String]) -> String {
        addresses.map { "\(name) \($0.contains(":") ? "AAAA" : "A") \($0)\n" }.joined()
    }

    /// Of an address as they are written above: `192.0.2.1`, or four groups and the last.
    private static func reverse(_ address: String) -> String {
        guard address.contains(":") else {
            return address.split(separator: ".").reversed().joined(separator: ".") + ".in-addr.arpa."
        }
        let halves = address.split(separator: "::").map { half in
            half.split(separator: ":").map { String(repeating: "0", count: 4 - $0.count) + $0 }.joined()
        }
        let digits = halves[0] + String(repeating: "0", count: 32 - halves[0].count - halves[1].count) + halves[1]
        return digits.reversed().map { "\($0)." }.joined() + "ip6.arpa."
    }
}

/// All of it, signed one way.
struct DelegationRound {
    var denial: SignedZone.Denial
    var zonemaster: Zonemaster
    var dnsviz: DNSViz

    init(_ denial: SignedZone.Denial, in sandbox: Sandbox) async throws {
        self.denial = denial
        func signed(_ text: String, _ origin: String) async throws -> SignedZone {
            let path = "\(sandbox.folder)/\(denial)-\(origin)zone"
            try writeFile(path, text)
            return try await SignedZone(path, origin: origin, denial, in: sandbox)
        }
        let child = try await signed(Delegation.child, Delegation.zone)
        let parent = try await signed(Delegation.parent(child.delegation), "example.")
        let root = try await signed(Delegation.root(parent.delegation), ".")
        var servers: [Served] = []
        for (zone, addresses) in [
            (root, Delegation.root), (parent, Delegation.parent), (child, Delegation.first), (child, Delegation.second),
        ] {
            servers.append(
                try await Served(Landfall.path, zones: [zone.file], addresses: addresses, port: 53, in: sandbox))
        }
        let (hints, anchor) = (sandbox.folder + "/hints", sandbox.folder + "/anchor")
        try writeFile(hints, Delegation.hints)
        try writeFile(anchor, root.anchor + "\n")
        let name = String(Delegation.zone.dropLast())
        zonemaster = try await Zonemaster(name, hints: hints, in: sandbox)
        dnsviz = try await DNSViz(name, root: Delegation.root, anchor: anchor, in: sandbox)
        for server in servers { await server.stop() }
    }
}
