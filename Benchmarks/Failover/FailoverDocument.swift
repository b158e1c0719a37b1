import FoundationEssentials
import Glibc
import Peers

extension FailoverReport {
    static func document(_ results: Results, _ schedule: Schedule, _ complaints: [String]) async throws -> String { "" }
}
