import DNS
import Files
import FoundationEssentials
import Peers
import Testing

/// Half of Ferret's published cases, which can't be passed on with this project: the test runs where somebody has put
/// them. Each zone is small, and made so that one corner of RFC 1034, 4592 or 6672 decides.
@Suite("The cases of Ferret", .enabled(if: Ferret.exists, "no ferret-even.jsonl.gz in LANDFALL_DATA/dns"))
struct FerretTests {
    @Test("where BIND, NSD, Knot and PowerDNS agree, so do we")
    func unanimous() throws {
        let cases = try Ferret.cases.get().filter(\.isUnanimous)
        #expect(cases.count > 5000)
        for one in cases { judge(one) }
    }

    @Test("where they differ, ours is the answer of one of them")
    func divided() throws {
        let cases = try Ferret.cases.get().filter { !$0.isUnanimous }
        #expect(cases.count > 1200)
        for one in cases { judge(one) }
    }

    private func judge(_ one: FerretCase) {
        let theirs = one.exchange.groups.map { (servers: $0.servers, answer: FerretAnswer($0.response)) }
        let text: String
        do {
            let ours = try Ferret.answer(one)
            if theirs.contains(where: { $0.answer.agrees(with: ours) }) { return }
            text = "ours \(ours)"
        } catch {
            text = "\(error)"
        }
        let (query, others) = (one.exchange.query, theirs.map { "\n  \($0.servers)\($0.answer)" }.joined())
        Issue.record("case \(one.id): \(query.name) \(query.type)\n\(one.zone)\n  \(text)\(others)")
    }
}

enum Ferret {
    private static let path = Repository.given("dns/ferret-even.jsonl.gz")
    static let exists = path != nil

    static let cases = Result {
        let text = try File.readDecompressed(path ?? "", limit: 1 << 26)
        return try text.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(FerretCase.self, from: Data($0))
        }
    }

    /// What is answered to a query as dnspython made it: no flags, no EDNS.
    static func answer(_ one: FerretCase) throws -> FerretAnswer {
        let zone = try Zone.parse([UInt8](one.zone.utf8), path: "case \(one.id)")
        var responder = Responder(zones: Zones([zone]))
        let question = Question(
            try #require(Name(one.exchange.query.name)), try #require(RecordType(name: one.exchange.query.type)))
        let query = try Message(id: UInt16(truncatingIfNeeded: one.id), questions: [question]).encode()
        var buffer: [UInt8] = []
        _ = responder.respond(to: query.span, over: .udp, into: &buffer)
        let message = try Message(buffer)
        #expect(message.questions == [question], "case \(one.id)")
        let names: [(Flags, String)] = [(.response, "qr"), (.authoritative, "aa"), (.truncated, "tc")]
        return FerretAnswer(
            rcode: message.rcode.description,
            flags: Set(names.filter { message.flags.contains($0.0) }.map(\.1)),
            answer: message.answers.map(\.description), authority: message.authority.map(\.description),
            additional: message.additional.map(\.description))
    }
}
