import Glibc
import Kernel
import Loop
import Net

/// A command that runs another one at a host: `ssh {host}`. A shell takes it, so pipes, variables and quotes work; what
/// is to be run is appended. `{host}`, `{site}` and `{address}` are filled in.
struct Via: Sendable {
    private let template: String

    /// Host and site names of the configuration hold nothing that a shell would see something in.
    init(_ template: String) { self.template = template }

    func command(_ words: [String], at member: Fleet.Member) -> String {
        let filled = [("{host}", member.host), ("{site}", member.site), ("{address}", member.address ?? member.host)]
            .reduce(template) { $0.replacing($1.0, with: $1.1) }
        return ([filled, "landfall"] + words.map(quoted)).joined(separator: " ")
    }

    struct Order: Sendable {
        var member: Fleet.Member
        var words: [String]
    }

    enum Outcome: Sendable {
        /// It ran `landfall` there, or something else: its exit code, data and talk.
        case ended(Int32, output: [UInt8], talk: String)
        case failed(String)
    }

    /// So many at a time.
    private static let mostAtOnce = 64

    /// Runs all of them at once, none longer than `limit`; outcomes in the order of the orders.
    func run(_ orders: [Order], within limit: Duration) -> [Outcome] {
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: orders.count, by: Self.mostAtOnce) {
            let batch = orders[start..<min(start + Self.mostAtOnce, orders.count)]
            let running = batch.map { RemoteCommand(command($0.words, at: $0.member)) }
            RemoteCommand.wait(for: running, until: Loop.now + limit)
            outcomes += running.map { $0.outcome(after: limit) }
        }
        return outcomes
    }
}
