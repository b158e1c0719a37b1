import DNS
import Health
import Loop
import Net
@testable import Probe
import Synchronization
import Testing

@Suite("Checks of several names")
struct NamesTests {
    private let probing: Probing

    init() throws { probing = try Probing() }

    /// A resolver that knows some names, refuses others, and is silent about the rest.
    private func resolver(answers: Set<String>, fails: Set<String>) throws -> FakeServer {
        try FakeServer(probing.loop) { query in
            guard let name = query.questions.first?.name else { return [] }
            let text = String(name.description.dropLast())
            var answer = query
            answer.flags.insert(.response)
            if answers.contains(text) {
                answer.answers = [Record(name, .a, ttl: 60, data: [192, 0, 2, 1])]
            } else if fails.contains(text) {
                answer.rcode = .serverFailure
            } else {
                return []
            }
            return [(.zero, (try? answer.encode()) ?? [])]
        }
    }

    private func ask(_ server: FakeServer, _ names: String..., timeout: Duration = .milliseconds(200)) async throws
        -> String
    {
        let names = try names.map { try required(Name($0)) }
        let check = DNSCheck(
            name: names[0], alternatives: Array(names.dropFirst()), type: .a, port: server.endpoint.port)
        return await probing.result(.dns(check), at: server.endpoint.address, timeout: timeout).text
    }

    @Test("rule 3: one name that is answered is enough, whatever becomes of the others")
    func one() async throws {
        let server = try resolver(answers: ["c.example"], fails: ["a.example"])
        #expect(try await ask(server, "a.example", "b.example", "c.example", timeout: .seconds(60)) == "answered")
    }

    @Test("rule 3: when all fail, each says why")
    func none() async throws {
        let server = try resolver(answers: [], fails: ["a.example"])
        #expect(
            try await ask(server, "a.example", "b.example")
                == "wrong: none of 2 names: a.example. SERVFAIL instead of NOERROR; b.example. no answer within 200 ms")
    }

    @Test("silence about all names is silence, which overload can explain")
    func silence() async throws {
        let server = try resolver(answers: [], fails: [])
        #expect(try await ask(server, "a.example", "b.example").hasPrefix("silence: none of 2 names: "))
    }

    @Test("rule 2: as long as one of the names could not be asked for, nothing is known")
    func unknown() {
        let wrong = ProbeResult.failed(reason: "SERVFAIL", kind: .wrong)
        let result = ProbeResult(ofAll: [wrong, .impossible(reason: "no descriptors")], ["a.example.", "b.example."])
        #expect(result.text == "unknown: b.example. no descriptors")
    }
}
