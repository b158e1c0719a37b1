internal import Config
internal import Control
internal import FoundationEssentials
internal import Glibc
internal import HTTP
internal import Kernel
internal import Loop
internal import Net

/// An agent that answers on the control socket, in what matters here. Agents of other versions say more, or less.
struct RunningAgent: Sendable {
    var pid: Int32
    var network: String
    var site: String
    var host: String
    var version: String
    var file: String?
    /// Its state folder.
    var state: String?
    /// What its configuration and zones are known by.
    var hash: String?
    var neighbors: [Neighbor] = []
    /// Itself, and what it has started.
    var processes: Set<Int32> = []
    /// Its uid.
    var user: UInt32?

    struct Neighbor: Decodable, Hashable, Sendable {
        var name: String
        var state: String
        var lastError: String?
    }

    private struct Told: Decodable {
        struct Configuration: Decodable {
            var hash: String?
        }
        var pid: Int
        var network: String
        var site: String
        var host: String
        var version: String?
        var file: String?
        var stateFolder: String?
        var configuration: Configuration?
        var neighbors: [Neighbor]?
    }

    init?(json body: [UInt8]) {
        guard let told = try? JSONDecoder().decode(Told.self, from: Data(body)), let pid = Int32(exactly: told.pid)
        else { return nil }
        self.pid = pid
        (network, site, host) = (told.network, told.site, told.host)
        (version, file, hash) = (told.version ?? "", told.file, told.configuration?.hash)
        (state, neighbors) = (told.stateFolder, told.neighbors ?? [])
        processes = [pid]
    }

    /// Why nobody could be asked, where somebody may be there.
    struct Trouble: Hashable, Sendable {
        var text: String
        /// It is there, and not for us.
        var isForbidden = false
    }

    /// Asks at the control socket; with a reason when somebody is there whom we don't understand, or may not ask.
    static func ask(_ subject: Subject) -> (agent: RunningAgent?, trouble: Trouble?) {
        do throws(ControlClient.Failure) {
            let response = try ControlClient.send(Request("GET", "/status"), to: subject.socket, within: .seconds(2))
            guard response.status == 200, var agent = RunningAgent(json: response.body) else {
                let text = "\(subject.socket): somebody answers, but not as an agent that is known here"
                return (nil, Trouble(text: text))
            }
            agent.processes.formUnion(ProcessTable.children(of: agent.pid).map(\.pid))
            agent.user = ProcessTable.user(of: agent.pid)
            return (agent, nil)
        } catch {
            // Nobody there: no file, or one that an agent left behind.
            if case .unreachable(let error) = error, [ENOENT, ECONNREFUSED].contains(error.code) { return (nil, nil) }
            return (nil, Trouble(text: "\(error)", isForbidden: error.isForbidden))
        }
    }

    func isFor(_ subject: Subject) -> Bool {
        (network, site, host) == (subject.network.name, subject.site.name, subject.host.name)
    }
}
