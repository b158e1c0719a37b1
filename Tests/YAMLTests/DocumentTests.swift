import Testing
import YAML

@Suite("YAML documents")
struct DocumentTests {
    private func parse(_ text: String, _ limits: Limits = Limits()) throws(YAMLError) -> Node {
        try Node.parse(Array(text.utf8), limits: limits)
    }

    private func problem(_ text: String, _ limits: Limits = Limits()) -> String {
        do throws(YAMLError) { return "read as \(try parse(text, limits).content)" } catch { return "\(error)" }
    }

    @Test("every value knows its line and column, counted in characters")
    func positions() throws {
        let node = try parse("a: 1\nö: {b: [2, x, 'y']}\n")
        #expect(node.position == Position(line: 1, column: 1))
        #expect(node["a"]?.position == Position(line: 1, column: 4))
        #expect(node["ö"]?["b"]?[1]?.position == Position(line: 2, column: 12))
        guard case .mapping(let entries) = node.content else { throw YAMLError(.empty, at: node.position) }
        #expect(entries.map(\.key) == ["a", "ö"] && entries.map(\.position.line) == [1, 2])
    }

    @Test("numbers, truths and times stay the text that they are")
    func text() throws {
        for word in ["010", "1_000", "no", "1:20", "0x10", "64500:100", "2001:db8::/32", "é"] {
            guard case .scalar(word, .plain)? = try parse("[\(word)]")[0]?.content else {
                Issue.record("\(word) became something else")
                continue
            }
        }
    }

    @Test("nothing is null unless it is in quotes")
    func nulls() throws {
        let node = try parse("{a: , b: ~, c: null, d: '', e: 'null'}")
        #expect(["a", "b", "c", "d", "e"].map { node[$0]?.isNull } == [true, true, true, false, false])
    }

    @Test("a byte order mark and a document marker are no values")
    func marks() throws {
        #expect(try parse("\u{feff}--- {a: 1}\n...\n")["a"] != nil)
    }

    @Test(
        "what is refused is named, with its place",
        arguments: [
            ("", "1:1: the document is empty"),
            ("# only a comment\n", "2:1: the document is empty"),
            ("a: 1\nb: 2\na: 3\n", "3:1: \"a\" is here twice; the first is on line 1"),
            ("a: &x 1\n", "1:4: \"&x\" is an anchor; anchors are not accepted, write the value out"),
            ("a: *x\n", "1:4: \"*x\" is an alias; aliases are not accepted, write the value out"),
            ("a: !!python/object 1\n", "1:4: \"tag:yaml.org,2002:python/object\" is a tag; tags are not accepted"),
            ("a: 1\n---\nb: 1\n", "2:1: a second document begins here; one file is one document"),
            ("a:\n\tb: 1\n", "2:1: a tab; indent with spaces"),
            ("[a]: 1\n", "1:1: a key must be a word, not a list or a mapping"),
            (
                "a: {b: 1\n",
                "2:1: did not find expected ',' or '}' (while parsing a flow mapping, which began on line 1)"
            ),
            ("a: b: c\n", "1:5: mapping values are not allowed in this context"),
            ("a: \u{1}\n", "1:4: control characters are not allowed; a document is UTF-8 text"),
        ])
    func refused(_ text: String, _ expected: String) { #expect(problem(text) == expected) }

    @Test("what isn't UTF-8 is refused at its byte")
    func encoding() {
        #expect(throws: YAMLError.self) { try Node.parse(Array("a: 1\nbö: ".utf8) + [0xff, 0x0a]) }
        let error = #expect(throws: YAMLError.self) { try Node.parse(Array("a: 1\nbö: ".utf8) + [0xff, 0x0a]) }
        #expect(error?.position == Position(line: 2, column: 5))
        #expect(throws: YAMLError.self) { try Node.parse([0xff, 0xfe, 0x61, 0]) }
    }

    @Test("size, depth and count are bounded")
    func bounds() {
        var limits = Limits()
        (limits.bytes, limits.depth, limits.nodes) = (100, 3, 6)
        #expect(problem(String(repeating: "#", count: 101), limits).contains("too large; at most 100 bytes"))
        #expect(problem("[[[1]]]", limits) == "1:4: nested too deep; at most 3 levels are read")
        #expect(problem("[1,2,3,4,5,6]", limits) == "1:12: too many values; at most 6 are read")
        #expect(problem(String(repeating: "[", count: 100_000)).contains("nested too deep"))
        #expect(problem(String(repeating: "- ", count: 100_000)).contains("nested too deep"))
        #expect(problem(String(repeating: "{a: ", count: 100_000)).contains("nested too deep"))
    }

    @Test("every beginning of a document is read or refused, and never more than that")
    func truncations() {
        let text =
            Array("a: {b: [1, 'x', \"y\\n\"], c: |\n".utf8) + Array("d: >-\n  folded\n  text\ne: [{f: g}, h]\n".utf8)
        for count in 0...text.count { _ = try? Node.parse(Array(text[..<count])) }
    }

    @Test("garbage is read or refused, whatever it is", arguments: 1...20)
    func garbage(_ seed: UInt64) {
        var state = seed
        let letters = Array("ab:- \n\t[]{},'\"&*!|>%#?\\x00\u{85}é~".utf8)
        for _ in 0..<200 {
            let text = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return letters[Int(state >> 33) % letters.count]
            }
            _ = try? Node.parse(text)
        }
    }
}
