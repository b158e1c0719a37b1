import DNS
import Net
import Testing

@Suite("Messages")
struct MessageTests {
    @Test(
        "every message of Vectors/messages reads, and reads the same after it was written again",
        arguments: Vectors.list("messages"))
    func roundTrip(_ file: String) throws {
        let message = try Message(Vectors.hex(file))
        let expected = Vectors.text(file).split(separator: "\n").filter { $0.hasPrefix(";= ") }.map { $0.dropFirst(3) }
        #expect(message.summary == expected.map(String.init), "\(file)")
        #expect(try Message(message.encode()) == message, "\(file)")
    }

    @Test("every truncation of a message is an error, never a trap", arguments: Vectors.list("messages"))
    func truncations(_ file: String) {
        let bytes = Vectors.hex(file)
        for length in bytes.indices {
            #expect(throws: DNSError.self, "\(file), \(length) bytes") { try Message([UInt8](bytes[..<length])) }
        }
    }

    @Test("every message of Vectors/malformed is refused", arguments: Vectors.list("malformed"))
    func malformed(_ file: String) {
        #expect(throws: DNSError.self, "\(file)") { try Message(Vectors.hex(file)) }
    }

    @Test("flipped bits are read or refused, and what is read can be written", arguments: [1, 2, 3] as [UInt64])
    func flips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for file in Vectors.list("messages") {
            for _ in 0..<300 {
                var bytes = Vectors.hex(file)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                guard let message = try? Message(bytes) else { continue }
                #expect(try Message(message.encode()) == message, "seed \(seed), \(file)")
            }
        }
    }

    @Test("names that share an end are written once")
    func compression() throws {
        let name = try #require(Name("www.example.org"))
        let record = Record(name, .cname, ttl: 1, data: try RecordData.parse("mail.example.org.", type: .cname))
        let bytes = try Message(id: 1, questions: [Question(name, .a)], answers: [record]).encode()
        // header, question, pointer, type, class, TTL, length, "mail" and a pointer
        #expect(bytes.count == 12 + 21 + 2 + 10 + 5 + 2)
        #expect(try Message(bytes).answers == [record])
    }

    @Test("a name keeps its letters, though an equal one in others stands before it")
    func letters() throws {
        let question = Question(try #require(Name("www.EXAMPLE.org")), .ns)
        let record = Record(question.name, .ns, ttl: 1, data: try RecordData.parse("ns.example.org.", type: .ns))
        let message = Message(id: 1, questions: [question], answers: [record])
        #expect(try Message(message.encode()).answers[0].data == record.data)
    }

    @Test("random messages survive a round trip", arguments: [11, 12, 13, 14] as [UInt64])
    func random(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let message = randomMessage(&random)
            #expect(try Message(message.encode()) == message, "seed \(seed)")
        }
    }

    private func randomMessage(_ random: inout SeededRandom) -> Message {
        var message = Message(id: .random(in: 0...65535, using: &random), flags: [.response, .authoritative])
        message.questions = [Question(randomName(&random), .a)]
        for _ in 0..<Int.random(in: 0...6, using: &random) { message.answers.append(randomRecord(&random)) }
        for _ in 0..<Int.random(in: 0...3, using: &random) { message.authority.append(randomRecord(&random)) }
        if Bool.random(using: &random) {
            message.edns = EDNS(options: [EDNS.Option(code: 3, data: [UInt8](repeating: 7, count: 5))])
            message.rcode = .badVersion
        }
        return message
    }

    private func randomName(_ random: inout SeededRandom) -> Name {
        let labels = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            ["a", "b", "www", "example", "org", "x.y"][Int.random(in: 0..<6, using: &random)].utf8.map { $0 }
        }
        return (try? Name(labels: labels)) ?? .root
    }

    private func randomRecord(_ random: inout SeededRandom) -> Record {
        let (name, target) = (randomName(&random), randomName(&random).wire)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return Record(name, .a, ttl: 60, data: [192, 0, 2, 1])
        case 1: return Record(name, .mx, ttl: 60, data: [0, 10] + target)
        case 2: return Record(name, .soa, ttl: 60, data: target + target + [UInt8](repeating: 1, count: 20))
        case 3: return Record(name, .txt, ttl: 60, data: [3, 97, 98, 99, 0])
        default: return Record(name, RecordType(rawValue: 65280), ttl: 60, data: [0xc0, 0x0c])
        }
    }
}

extension Message {
    /// One line per piece, as the vectors have them.
    var summary: [String] {
        let flags = [
            (Flags.authoritative, "aa"), (.truncated, "tc"), (.recursionDesired, "rd"), (.recursionAvailable, "ra"),
        ]
        let set = flags.filter { self.flags.contains($0.0) }.map(\.1)
        return [(["\(id)", "\(rcode)"] + set).joined(separator: " ")] + questions.map { "question \($0)" } + lines
            + (nsid.map { ["nsid \($0)"] } ?? [])
    }
}
