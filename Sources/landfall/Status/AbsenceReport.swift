import Control
import Daemon
import Doctor
import Net
import Site

/// `landfall status --json` where no agent answers; documented in docs/json.md.
struct AbsenceReport: Codable, Sendable {
    static let schema = "landfall.absence/1"

    var schema = Self.schema
    var time: String
    var socket: String
    /// `no-socket`, `refused`, `silent` or `closed`.
    var kind: String
    /// In words.
    var text: String
    var reason: String
    var pid: Int?
    /// Of that process, as `ps` has it: `T` is stopped, `D` waits for the kernel.
    var processState: String?
    /// Agents that live here all the same, this host's first.
    var agents: [Agent]
    var network: String?
    var site: String?
    var host: String?
    var file: String?
    /// How the last one ended, in words.
    var end: String
    /// Service addresses that are still on `lo`.
    var addresses: [String]
    /// What operators had drained: the next agent keeps it so.
    var drains: [RemainingDrain]
    /// As `landfall events --json` has them.
    var events: [Event]
    var remedies: [String]

    struct Agent: Codable, Sendable {
        var claim: String
        var pid: Int?
        var socket: String?
        /// Its uid.
        var user: Int?
        /// False: a stranger's, from which nothing follows.
        var counts: Bool
    }
}

extension Absence {
    var report: AbsenceReport {
        AbsenceReport(
            time: timestamp(time), socket: socket, kind: kind.rawValue, text: sentence, reason: reason,
            pid: process.map { Int($0.pid) }, processState: process.map { String($0.state) },
            agents: (live + others).map(AbsenceReport.Agent.init), network: remains.network, site: remains.site,
            host: remains.host, file: remains.file, end: end, addresses: onLoopback.map(\.description),
            drains: remains.drains, events: events.all,
            remedies: remedies.map(\.command))
    }

    /// With what is on this host.
    func seen(by invocation: Invocation) -> Absence {
        let state = invocation.stateFolder
        var absence = self
        absence.stateOption = invocation.value("state")
        absence.lookAround(state: state)
        absence.events = LastEvents(in: state)
        return absence
    }
}

extension AbsenceReport.Agent {
    fileprivate init(_ live: LiveAgent) {
        self.init(
            claim: live.claim, pid: live.pid.map { Int($0) }, socket: live.socket, user: live.user.map { Int($0) },
            counts: live.counts)
    }
}
