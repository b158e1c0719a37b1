import Announce
import Net
import Testing

@Suite("What may be told at all")
struct ExportTests {
    private static let places = [v4, v6, address("192.0.2.1")]
    private static let targets: [Drain.Target] = [.host, .service("dns"), .service("mail"), .neighbor("a")]

    private static func event(_ random: inout SeededRandom) -> Announcer.Event {
        let verdicts: [Verdict] = [.healthy, .healthy, .degraded, .failing, .unknown]
        let target = targets.randomElement(using: &random) ?? .host
        return switch Int.random(in: 0..<10, using: &random) {
        case 0: .operate(.drain(target, for: nil, isForced: true), by: "test")
        case 1: .operate(.undrain(target), by: "test")
        case 2: .operate(.undo(nil), by: "test")
        case 3: .session(neighbor: "a", isUp: Bool.random(using: &random))
        default:
            .verdict(
                verdicts.randomElement(using: &random) ?? .healthy, check: Int.random(in: 0...2, using: &random),
                address: places.randomElement(using: &random) ?? v4, reason: "")
        }
    }

    @Test("rule 10: whatever is heard, neighbors are told of the file's prefixes and nothing else", arguments: 0..<20)
    func nothingElse(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // The second address is in no prefix of the file.
        var stage = Stage(configuration(services: [("dns", v4), ("mail", v6)]))
        stage.healthy(0)
        #expect(stage.told.map(\.prefix) == [prefix4])
        for second in 1..<500 {
            stage.at(Double(second), Self.event(&random))
            #expect(stage.told.allSatisfy { $0.prefix == prefix4 }, "seed \(seed), second \(second): \(stage.told)")
        }
    }
}
