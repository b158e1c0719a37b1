import Testing

@testable import DNS

@Suite("Zones of several files, and generated records")
struct IncludeTests {
    private static let head = "$ORIGIN example.org.\n$TTL 1h\n@ SOA ns host 1 2h 30m 2w 5m\n@ NS ns\nns A 192.0.2.1\n"

    /// Reads `main` at `zones/example.zone`, with other files by their paths; what was asked for comes back too.
    private func parse(
        _ main: String, _ files: [String: String] = [:]
    ) throws(ZoneError) -> (records: [String], asked: [String]) {
        var asked: [String] = []
        let zone = try Zone.parse([UInt8](main.utf8), path: "zones/example.zone") { (path) throws(UnreadableFile) in
            asked.append(path)
            guard let text = files[path] else { throw UnreadableFile("No such file or directory") }
            return [UInt8](text.utf8)
        }
        return (zone.lines, asked)
    }

    private func problems(_ main: String, _ files: [String: String] = [:]) -> [String] {
        do throws(ZoneError) { return try parse(main, files).records } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("an included file stands where it is named; origin and owner are afterwards what they were, a $TTL stays")
    func include() throws {
        let main = """
            \(Self.head)www A 192.0.2.2
            $INCLUDE hosts/a.inc sub
             TXT "still www"
            $INCLUDE "/etc/b c.inc"
            last A 192.0.2.9

            """
        let read = try parse(
            main,
            [
                "zones/hosts/a.inc": "x A 192.0.2.3\n$ORIGIN deep\ny A 192.0.2.4\n$INCLUDE c.inc\n",
                "zones/hosts/c.inc": "z A 192.0.2.5\n$TTL 7\n", "/etc/b c.inc": "@ TXT apex\n",
            ])
        #expect(read.asked == ["zones/hosts/a.inc", "zones/hosts/c.inc", "/etc/b c.inc"])
        let expected = [
            "last.example.org. 7 IN A 192.0.2.9", "ns.example.org. 3600 IN A 192.0.2.1",
            "x.sub.example.org. 3600 IN A 192.0.2.3", "y.deep.sub.example.org. 3600 IN A 192.0.2.4",
            "z.deep.sub.example.org. 3600 IN A 192.0.2.5", "www.example.org. 3600 IN A 192.0.2.2",
            #"www.example.org. 7 IN TXT "still www""#, #"example.org. 7 IN TXT "apex""#,
        ]
        #expect(Set(read.records.filter { $0.contains(" A ") || $0.contains(" TXT ") }) == Set(expected))
    }

    @Test("the SOA may be in an included file, which is read once")
    func soa() throws {
        let read = try parse(
            "$TTL 1h\n$INCLUDE soa.inc a.\n$INCLUDE soa.inc a.\n",
            ["zones/soa.inc": "@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"])
        #expect(read.asked == ["zones/soa.inc"] && read.records.count == 3)
    }

    @Test("errors say the file that they are in, and go on in the others")
    func errors() {
        let main = "\(Self.head)$INCLUDE a.inc\nwww A 1\n$INCLUDE gone.inc\n$INCLUDE b.inc x.test.\n"
        #expect(
            problems(main, ["zones/a.inc": "ok A 192.0.2.3\nbad A x\n", "zones/b.inc": "y A 192.0.2.3\n"]) == [
                "zones/example.zone:7:7: A: '1' where an IPv4 address should be",
                "zones/example.zone:8:10: 'zones/gone.inc' can't be included: No such file or directory",
                "zones/a.inc:2:7: A: 'x' where an IPv4 address should be",
                "zones/b.inc:1:1: y.x.test. is outside of the zone example.org.",
            ])
    }

    @Test("a circle, too many in one another, and a file that multiplies itself are refused")
    func bounds() {
        #expect(
            problems(
                "\(Self.head)$INCLUDE a.inc\n",
                ["zones/a.inc": "\n$INCLUDE b.inc\n", "zones/b.inc": "$INCLUDE a.inc\n"])
                == ["zones/b.inc:1:10: 'zones/a.inc' includes itself"])
        let deep = Dictionary(uniqueKeysWithValues: (0...20).map { ("zones/\($0)", "$INCLUDE \($0 + 1)\n") })
        #expect(problems("\(Self.head)$INCLUDE 0\n", deep) == ["zones/15:1:10: files within files, more than 16 deep"])
        let wide = Dictionary(
            uniqueKeysWithValues: (0...9).map { number in
                ("zones/\(number)", String(repeating: "$INCLUDE \(number + 1)\n", count: 20))
            })
        let found = problems("\(Self.head)$INCLUDE 0\n", wide.merging(["zones/10": "x TXT y\n"]) { old, _ in old })
        #expect(
            found.count == 21 && found.dropLast().allSatisfy { $0.hasSuffix(": more than 1000 files are included") })
    }

    @Test("$GENERATE makes records as BIND does")
    func generate() throws {
        let main = """
            \(Self.head)$GENERATE 1-3 host$ A 192.0.2.$
            $GENERATE 8-12/2 ${0,3,d} 5 IN CNAME h${-8,0,d}.x${0,4,X}
            $GENERATE 10-11 $ TXT "a $ ; \\$ $$ ${1,0,o}"
            $GENERATE 255-256 ${0,7,n} PTR p${0,0,x}

            """
        let made = try parse(main).records.filter {
            !$0.contains("NS") && !$0.contains(" SOA ") && !$0.hasPrefix("ns.")
        }
        #expect(
            Set(made) == [
                "host1.example.org. 3600 IN A 192.0.2.1", "host2.example.org. 3600 IN A 192.0.2.2",
                "host3.example.org. 3600 IN A 192.0.2.3", "008.example.org. 5 IN CNAME h0.x0008.example.org.",
                "010.example.org. 5 IN CNAME h2.x000A.example.org.",
                "012.example.org. 5 IN CNAME h4.x000C.example.org.",
                #"10.example.org. 3600 IN TXT "a 10 ; $ $ 13""#, #"11.example.org. 3600 IN TXT "a 11 ; $ $ 14""#,
                "f.f.0.0.example.org. 3600 IN PTR pff.example.org.",
                "0.0.1.0.example.org. 3600 IN PTR p100.example.org.",
            ])
    }

    @Test("a zone generates a million records at most, over all of its lines")
    func most() {
        let main = "\(Self.head)$GENERATE 1-2 a$ TXT x\n$GENERATE 1-1048575 b TXT x\n"
        #expect(problems(main) == ["zones/example.zone:7:11: more than 1048576 records are generated"])
    }
}

extension Zone {
    /// All records, in canonical order.
    var lines: [String] {
        var lines: [String] = []
        forEachRRset { set in
            for index in 0..<set.count {
                let name = Name(checked: [UInt8](set.owner))
                lines.append(Record(name, set.type, ttl: set.ttl, data: [UInt8](set.data(index))).description)
            }
        }
        return lines
    }
}
