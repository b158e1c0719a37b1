import Codes
import Doctor
import FoundationEssentials
import Glibc
import Peers
import Testing

/// `LANDFALL_RECORD=1` writes what is made again.
@Suite("docs/doctor.md")
struct DocumentTests {
    private static let path = Repository.root + "/docs/doctor.md"

    @Test("holds every finding, as the tables have them")
    func findings() throws {
        let groups: [(Character, String)] = [
            ("1", "Rights, files and limits"), ("2", "Ports"), ("3", "Neighbors"), ("4", "Settings of the kernel"),
            ("5", "Addresses"), ("6", "Connection tracking and buffers"), ("7", "Clock and disk"),
            ("8", "Agent and unit"), ("9", "Confinement"),
        ]
        let sections = groups.map { digit, title in
            let rows = Examination.explanations.filter { $0.code.dropFirst(4).first == digit }.map { what in
                "| `\(what.code)` `\(what.name)` | \(what.title) | \(what.meaning) | \(what.remedy) |"
            }
            return (["### \(title)", "", "| code | what | why it hurts | remedy |", "|---|---|---|---|"] + rows)
                .joined(separator: "\n")
        }
        try hold("findings", sections.joined(separator: "\n\n"))
        #expect(sections.joined().split(separator: "| `LF-D").count == Examination.explanations.count + 1)
    }

    @Test("codes and names are there once, in order, and whole sentences explain them")
    func codes() {
        let all = Examination.explanations
        #expect(all.map(\.code) == Set(all.map(\.code)).sorted() && Set(all.map(\.name)).count == all.count)
        for what in all {
            #expect(what.code.hasPrefix("LF-D") && what.code.utf8.count == 7)
            #expect(!what.meaning.isEmpty && what.meaning.hasSuffix(".") && what.remedy.hasSuffix("."), "\(what.code)")
            #expect(
                !what.meaning.contains("  ") && !what.meaning.contains("\n") && what.title.hasSuffix("."),
                "\(what.code)")
        }
    }

    @Test("every finding is made true by a test here, or named as one that can't be")
    func tested() throws {
        let files = ["Neighbor", "Settings", "Port", "Machine", "Agent", "Judgement"]
        let tests = try files.map { try Repository.text("Tests/DoctorTests/\($0)Tests.swift") }.joined()
        for what in Examination.explanations { #expect(tests.contains("\"\(what.code)\""), "\(what.code) has no test") }
    }

    @Test("the screen is a real one, apart from numbers", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
    func screen() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD()
        try await machine.host.ip("link add eth1 type veth peer name end")
        try await machine.host.ip("addr add 198.51.100.2/24 dev eth1")
        for end in ["eth1", "end"] { try await machine.host.ip("link set \(end) up") }
        try await machine.host.ip("route replace default via 198.51.100.1")
        try await machine.sysctl("net/ipv4/conf/eth0/rp_filter", "1")
        for rule in [
            "add table inet fw", "add chain inet fw input { type filter hook input priority 0; }",
            "add rule inet fw input ct state invalid drop",
        ] {
            _ = try await machine.host.run("nft", [rule])
        }
        let configuration = machine.host.folder + "/unbound.conf"
        try writeFile(
            configuration,
            "server:\n directory: \"\"\n interface: 0.0.0.0\n username: \"\"\n chroot: \"\"\n pidfile: \"\"\n do-tcp: no\n use-syslog: no\n"
        )
        let resolver = try machine.host.start("unbound", ["-d", "-c", configuration])
        try await eventually("unbound listens") { try await machine.doctor().codes.contains("LF-D202") }
        let screen = try await machine.screen()
        // Where an ordinary host has them.
        let told = screen.replacing(machine.socket, with: "/run/landfall/control")
            .replacing(machine.state, with: "/var/lib/landfall").replacing(machine.host.folder, with: "/etc/landfall")
        let shown = "```text\n# landfall doctor /etc/landfall/landfall.yaml --site fra\n\(told.trimmedEnd)\n```"
        await resolver.stop()
        await bird.stop()
        if getenv("LANDFALL_RECORD") != nil { return try hold("screen", shown) }
        let (seen, held) = (Shown(shown), Shown(try part("screen").text))
        #expect(seen.head == held.head)
        #expect(seen.checks == held.checks)
        #expect(seen.rows == held.rows)
        #expect(seen.findings == held.findings && held.findings.count == Shown.codes.count)
    }

    /// A screen without what depends on the machine: numbers, what some checks see, and findings that no step of the test
    /// brought about.
    private struct Shown {
        var head: String
        var checks: [String]
        var rows: [String]
        var findings: [String]

        /// What the test brings about.
        static let codes = ["LF-D202", "LF-D401", "LF-D601"]

        private static let varying: Set = [
            "state folder", "unit", "user", "clock", "backlog", "receive buffer", "confinement", "conntrack table",
        ]

        init(_ text: String) {
            let blocks = text.split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
            head = blocks.first.map(Self.steady) ?? ""
            let table = (blocks.dropFirst().first ?? []).map { row in
                (check: row.firstRange(of: "  ").map { String(row[..<$0.lowerBound]) } ?? row, row: row)
            }
            checks = table.map(\.check)
            rows = table.filter { !Self.varying.contains($0.check) }.map { Self.steady([$0.row]) }
            findings = blocks.filter { block in Self.codes.contains { block.first?.contains(" \($0) ") == true } }.map(
                Self.steady)
        }

        /// Without digits and repeated spaces.
        private static func steady(_ lines: [String]) -> String {
            lines.map { $0.filter { !$0.isNumber }.split(separator: " ").joined(separator: " ") }
                .joined(separator: "\n")
        }
    }

    @Test("docs/json.md has every field of the document", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
    func json() async throws {
        let machine = try await Machine()
        try await machine.host.ip("addr del 2001:db8:f::2/64 dev eth0")
        let output = try await machine.host.run(
            Landfall.path, ["doctor", machine.file, "--site", "fra", "--json", "--socket", machine.socket]
        ).output
        let text = try Repository.text("docs/json.md")
        let section = try #require(text.split(separator: "\n## ").first { $0.hasPrefix("`landfall.doctor/1`") })
        #expect(output.contains("\"schema\" : \"landfall.doctor/1\""))
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].hasPrefix(" : ") else { continue }
            let name = parts[1]
            let isThere = name == "schema" || ["`\(name)`", ".\(name)`", "`\(name)["].contains { section.contains($0) }
            #expect(isThere, "\(name) is not in docs/json.md")
        }
    }

    // MARK: What is between two marks

    private func part(_ name: String) throws -> (before: Substring, text: String, after: Substring) {
        let text = try Repository.text("docs/doctor.md")
        let begin = try #require(text.firstRange(of: "<!-- \(name) -->\n"))
        let end = try #require(text[begin.upperBound...].firstRange(of: "<!-- end -->"))
        return (text[..<begin.upperBound], String(text[begin.upperBound..<end.lowerBound]), text[end.lowerBound...])
    }

    private func hold(_ name: String, _ content: String) throws {
        let part = try part(name)
        if getenv("LANDFALL_RECORD") != nil {
            try writeFile(Self.path, part.before + content + "\n" + part.after)
        }
        #expect(part.text == content + "\n", "LANDFALL_RECORD=1 writes it again")
    }
}

extension String {
    fileprivate var trimmedEnd: String { String(reversed().drop { $0.isWhitespace }.reversed()) }
}
