import DNS
import Testing

/// A question and its answer from `Vectors/lookups.txt`.
struct LookupCase: CustomStringConvertible, Sendable {
    var title: String
    var question: Question
    var rcode = ""
    var isAuthoritative = false
    /// `answer www.example.org. …`, sorted.
    var records: [String] = []

    var description: String { "lookups.txt: \(title)" }

    static let all: [Self] = Vectors.text("lookups.txt").split(separator: "\n\n").compactMap { Self(String($0)) }

    init?(_ block: String) {
        let lines = block.split(separator: "\n").map(String.init)
        guard lines.count >= 3, let question = Self.question(lines[1]) else { return nil }
        (title, self.question) = (String(lines[0].dropFirst(2)), question)
        let status = lines[2].split(separator: " ")
        (rcode, isAuthoritative) = (String(status[0]), status.contains("aa"))
        records = lines.dropFirst(3).sorted()
    }

    private static func question(_ line: String) -> Question? {
        let words = line.split(separator: " ")
        guard words.count == 3, let name = Name(words[1]), let type = RecordType(name: words[2]) else { return nil }
        return Question(name, type)
    }
}

@Suite("Answers from a zone")
struct LookupTests {
    static let zone = try? Zone.parse(Vectors.bytes("example.org.zone"), path: "example.org.zone")

    @Test("every lookup of lookups.txt", arguments: LookupCase.all)
    func lookup(_ expected: LookupCase) throws {
        var responder = Responder(zones: Zones([try #require(Self.zone)]))
        let answer = try responder.ask(expected.question, over: .tcp)
        #expect(answer.rcode.description == expected.rcode)
        #expect(answer.flags.contains(.authoritative) == expected.isAuthoritative)
        #expect(answer.questions.map(\.description) == [expected.question.description])
        #expect(answer.lines.map { $0.lowercased() } == expected.records.map { $0.lowercased() })
    }

    @Test("the file with the lookups has been read")
    func count() { #expect(LookupCase.all.count == 42) }
}

extension Responder {
    /// A question through bytes and back.
    mutating func ask(
        _ question: Question, over transport: Transport = .udp, edns: EDNS? = EDNS(options: [EDNS.nsidRequest])
    ) throws -> Message {
        let query = try Message(id: 4711, questions: [question], edns: edns).encode()
        var buffer: [UInt8] = []
        _ = respond(to: query.span, over: transport, into: &buffer)
        return try Message(buffer)
    }
}

extension Message {
    /// Section and record, sorted.
    var lines: [String] {
        (answers.map { "answer \($0)" } + authority.map { "authority \($0)" } + additional.map { "additional \($0)" })
            .sorted()
    }
}
