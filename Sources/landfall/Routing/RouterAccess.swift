import Control
import Daemon
import FoundationEssentials
import Glibc
import HTTP
import Net

extension Verb.Option {
    static let routerSocket = Verb.Option(
        name: "socket", value: "PATH",
        summary:
            "The router's control socket (or the agent's); $LANDFALL_SOCKET or \(RouterSocket.usualPath) otherwise.")
}

enum RouterSocket {
    /// That of a router on this host, and where there is none, of the agent: both have sessions. One that a router left
    /// behind when it was killed is no router, unless there is nothing else.
    static var usualPath: String { path(orOfAgent: ControlSocket.usualPath) }

    static func path(orOfAgent agent: String) -> String {
        let router = beside(agent)
        if ControlSocket.isAnswered(router) { return router }
        return access(router, F_OK) != 0 || ControlSocket.isAnswered(agent) ? agent : router
    }

    /// For what both can be ordered to do: the agent's, and where there is none, that of a router.
    static func pathForOrders(orOfAgent agent: String = ControlSocket.usualPath) -> String {
        let router = beside(agent)
        return !ControlSocket.isAnswered(agent) && ControlSocket.isAnswered(router) ? router : agent
    }

    private static func beside(_ agent: String) -> String { agent.replacing(/control$/, with: "router") }
}

extension Invocation {
    var routerSocket: String { value("socket") ?? variable("LANDFALL_SOCKET") ?? RouterSocket.usualPath }

    /// A page is found within milliseconds; a router that takes in a table of a million has more to do than answer.
    private static let routerPatience = Duration.seconds(20)

    func askRouter<Answer: Decodable>(
        _ target: String, as type: Answer.Type = Answer.self
    ) throws(Failure) -> ControlClient.Outcome<Answer> {
        do throws(ControlClient.Failure) {
            let request = Request("GET", target)
            return try ControlClient.ask(request, of: routerSocket, as: type, within: Self.routerPatience)
        } catch { throw Failure(error, ofRouterBy: verb.name, at: routerSocket) }
    }

    /// An agent knows its sessions, and has no routes to tell.
    func routerAnswer<Answer: Decodable>(
        _ target: String, as type: Answer.Type = Answer.self
    ) throws(Failure) -> Answer {
        switch try askRouter(target, as: type) {
        case .done(let answer): return answer
        case .refused(let status, let reason): throw routerRefusal(status, reason)
        }
    }

    /// The bytes of an answer that isn't one document.
    func routerLines(_ target: String) throws(Failure) -> [UInt8] {
        let response: Response
        do throws(ControlClient.Failure) {
            response = try ControlClient.send(Request("GET", target), to: routerSocket, within: Self.routerPatience)
        } catch { throw Failure(error, ofRouterBy: verb.name, at: routerSocket) }
        guard response.status != 200 else { return response.body }
        let refusal = try? JSONDecoder().decode(OrderRefusal.self, from: Data(response.body))
        throw routerRefusal(response.status, refusal?.error ?? "the answer is \(response.status)")
    }

    private func routerRefusal(_ status: Int, _ reason: String) -> Failure {
        guard status == 404, reason.hasPrefix("there is no /") else { return refusal(status, reason) }
        return Failure(
            "\(verb.name): at \(routerSocket) is an agent, which keeps no routes: landfall status shows what it "
                + "announces, --socket names a router's socket")
    }
}

extension Failure {
    init(_ failure: ControlClient.Failure, ofRouterBy verb: String, at socket: String) {
        switch failure {
        case .unreachable(let error) where failure.isForbidden: self.init(verb, forbidden: error)
        case .unreachable(let error):
            self.init(
                .machineLacks,
                "\(verb): \(error)\nIs landfall router (or landfall run) running? --socket says where its socket is.")
        case .silent(let limit):
            let text = "the question was taken, and there is no answer after \(limit.shortText): stopped, or hung"
            self.init(.machineLacks, "\(verb): \(socket): \(text)")
        case .garbled(let error): self.init(.machineLacks, "\(verb): \(socket): the answer is no HTTP (\(error))")
        case .foreign:
            self.init(
                .machineLacks, "\(verb): \(socket): the answer is none that this version knows: it is of another one")
        }
    }
}
