import DNS
import Glibc
import Nameserver
import Net
import Peers
import Synchronization

/// Zone files served three times: by us, in this process, by NSD and by Knot.
final class Trio {
    let fixture: Fixture
    private let nsd: NSD
    private let knot: Knot
    private let places: [(address: String, port: UInt16)]

    /// - Parameters:
    ///   - zones: origins with their final dot, and files.
    ///   - others: what NSD and Knot serve instead, where they can't read the same.
    init(
        _ zones: [(name: String, file: String)], others: [(name: String, file: String)]? = nil, in sandbox: Sandbox
    ) async throws {
        fixture = try Fixture(zones: Zones(try zones.map { try Zone.parse(readBytes($0.file) ?? [], path: $0.file) }))
        let zones = others ?? zones
        let (second, third) = (Fixture.unusedAddress(), Fixture.unusedAddress())
        // Like ours, neither adds to an answer what wasn't asked.
        nsd = try await NSD(
            in: sandbox, addresses: [second], port: 5300, zones: zones, more: ["minimal-responses: yes"])
        knot = try await Knot(in: sandbox, addresses: [third], port: 5300, zones: zones)
        places = [("127.0.0.1", fixture.endpoint.port), (second, 5300), (third, 5300)]
    }

    func stop() async {
        fixture.server.stop()
        await nsd.stop()
        await knot.stop()
    }

    /// Who agrees with us.
    struct Tally {
        var all = 0
        /// Where NSD and Knot differ.
        var nsd = 0
        var knot = 0
        /// What nobody else answers.
        var alone: [String] = []

        var count: Int { all + nsd + knot + alone.count }
    }

    /// Asks all three.
    ///
    /// - Parameter bare: whether what a server adds to an answer plays no part.
    func compare(
        _ questions: [DNSQuestion], _ options: DNSQuestion.Options, tcp: Bool, bare: Bool = false
    ) throws -> Tally {
        let conversations = try places.map { try DNSConversation($0.address, port: $0.port, tcp: tcp) }
        var tally = Tally()
        // So many answers fit into the buffer of a socket.
        for start in stride(from: 0, to: questions.count, by: 64) {
            let some = questions[start..<min(start + 64, questions.count)]
            let queries = some.enumerated().map { $1.query(id: UInt16($0), options) }
            for conversation in conversations { try conversation.send(queries) }
            let answers = try conversations.map { try $0.receive(queries.count).map { try DNSAnswer($0) } }
                .map { Dictionary(uniqueKeysWithValues: $0.map { (Int($0.id), $0) }) }
            for (id, question) in some.enumerated() {
                let three = answers.compactMap { $0[id] }
                guard three.count == 3 else { throw PeerError("\(question): \(three.count) answers of 3") }
                tally.add(question, bare ? three.map(\.bare) : three)
            }
        }
        return tally
    }
}

extension Trio.Tally {
    /// - Parameter answers: ours, NSD's, Knot's.
    fileprivate mutating func add(_ question: DNSQuestion, _ answers: [DNSAnswer]) {
        switch (answers[0] == answers[1], answers[0] == answers[2]) {
        case (true, true): all += 1
        case (true, false): nsd += 1
        case (false, true): knot += 1
        case (false, false):
            let same = answers[1] == answers[2]
            let others = same ? ["NSD and Knot: \(answers[1])"] : ["NSD: \(answers[1])", "Knot: \(answers[2])"]
            alone.append((["\(question)", "ours: \(answers[0])"] + others).joined(separator: "\n  "))
        }
    }
}

extension Fixture {
    private static let used = Atomic<Int>(0)

    /// A loopback address that no other test in this process listens at.
    static func unusedAddress() -> String {
        let number = used.add(1, ordering: .relaxed).newValue
        return "127.53.\(number / 250).\(number % 250 + 1)"
    }
}
