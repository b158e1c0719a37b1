import Files
import FoundationEssentials
import Glibc
import Peers
import Testing

@Suite("landfall check")
struct CheckTests {
    @Test("rule 18: says what the example means and how fast failures are noticed, without colour in a pipe")
    func example() throws {
        let command = try Command("check", Repository.example)
        #expect(command.exit == 0 && command.talk.isEmpty && !command.output.contains("\u{1b}"))
        for line in [
            "  sin   Singapore          sin1  192.0.2.6 2001:db8:0:2::2   192.0.2.6   10 Gbit/s, 400 k queries/s",
            "  fra   rhine-v6    [2001:db8:0:1::1]:179  AS64501  provider  3s         none",
            "  dns      dns www.example.org A  200ms    200ms  none     2     2  none  600ms  local",
            "  fra, sin, gru  dns hangs                          400–600 ms     at once       400–600 ms    withdrawn",
            "  fra, sin, gru  dns answers again                  200–400 ms     1 s           1.2–1.4 s     announced again",
            "  fortaleza  fortaleza-net  Fortaleza  gru           2346 km         35 ms  fra, which is farther",
        ] {
            #expect(command.output.contains("\n\(line)\n"), "\(line)")
        }
        #expect(!command.output.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }

    @Test("says the same as JSON, with a schema")
    func json() throws {
        let command = try Command("check", Repository.example, "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(command.output.utf8))
        #expect(command.exit == 0 && report.schema == "landfall.check/3" && report.ok)
        #expect(report.sites?.map(\.name) == ["fra", "sin", "gru"])
        #expect(report.services?.first?.noticedAfterMilliseconds == Report.Span(least: 400, most: 600))
        #expect(report.services?.first?.announcedAgainAfterMilliseconds == Report.Span(least: 1200, most: 1400))
    }

    @Test("of a router, says which password can't be read here, and which limits are in force")
    func routers() throws {
        let file = "/tmp/landfall-check-\(getpid()).yaml"
        defer { unlink(file) }
        let text = """
            routers:
              edge:
                asn: 64500
                router-id: 192.0.2.1
                neighbors: [{name: a, address: 192.0.2.9, asn: 64501, import: all, password-file: /nowhere/secret}]

            """
        try Data(text.utf8).write(to: URL(filePath: file))
        let command = try Command("check", file)
        #expect(command.exit == 0 && command.output.contains("2000000"), "\(command.output)")
        #expect(command.talk.contains("edge would not start here: neighbor a: password-file: /nowhere/secret: "))
    }

    @Test("lists all errors, each with its place, and exits 2")
    func errors() throws {
        let path = "\(Repository.root)/Tests/ConfigTests/Broken/asns.yaml"
        let command = try Command("check", path)
        #expect(command.exit == 2 && command.output.isEmpty)
        let lines = command.talk.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("\(path):") })
    }

    @Test("gives errors as JSON on stdout, and still exits 2")
    func jsonErrors() throws {
        let command = try Command("check", "/nowhere/landfall.yaml", "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(command.output.utf8))
        #expect(command.exit == 2 && command.talk.isEmpty && !report.ok)
        #expect(report.errors?.map(\.message) == ["No such file or directory"] && report.errors?.first?.line == 0)
    }

    @Test("reads zone files, too: a missing one and a pipe are wrong where they are named, a broken one inside")
    func zones() throws {
        var template = Array("/tmp/landfall-check-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["landfall.yaml", "bad.zone", "pipe.zone"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        let text = """
            network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra: {place: FRA, router-id: 192.0.2.9, neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: peer}]}
            services:
              dns:
                addresses: [203.0.113.53]
                serve: {dns: {zones: [none.zone, pipe.zone, bad.zone]}}
                checks: [{dns: {name: example.org, type: SOA}}]
            """
        try File.write(Array(text.utf8), to: "\(folder)/landfall.yaml")
        try File.write(Array("example.org. 300 IN A not-an-address\n".utf8), to: "\(folder)/bad.zone")
        mkfifo("\(folder)/pipe.zone", 0o600)
        let command = try Command("check", "\(folder)/landfall.yaml")
        let lines = command.talk.split(separator: "\n")
        #expect(command.exit == 2)
        #expect(lines.first == "\(folder)/landfall.yaml:7:27: zones: \(folder)/none.zone: No such file or directory")
        let pipe = "\(folder)/landfall.yaml:7:38: zones: \(folder)/pipe.zone: is a pipe or a device, not a file"
        #expect(lines.dropFirst().first.map { $0 == pipe } == true, "\(command.talk)")
        #expect(lines.dropFirst(2).first?.hasPrefix("\(folder)/bad.zone:1:") == true, "\(command.talk)")
    }

    @Test("refuses a folder, a device without end and a file that is too large, quickly")
    func hostile() throws {
        #expect(try Command("check", "/tmp").talk == "/tmp: is a folder, not a file\n")
        #expect(try Command("check", "/dev/zero").talk == "/dev/zero: larger than the 1048576 bytes that are read\n")
        #expect(try Command("check", "/dev/null").talk == "/dev/null:1:1: the document is empty\n")
    }
}

private struct Report: Decodable {
    struct Named: Decodable { var name: String }
    struct Problem: Decodable { var path: String, line: Int, column: Int, message: String }
    struct Span: Decodable, Equatable { var least: Int, most: Int }
    struct Service: Decodable {
        var name: String
        var noticedAfterMilliseconds: Span
        var announcedAgainAfterMilliseconds: Span
    }

    var schema: String
    var ok: Bool
    var errors: [Problem]?
    var sites: [Named]?
    var services: [Service]?
}
