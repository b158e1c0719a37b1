internal import Control
internal import HTTP
internal import Net

/// Asks a running `landfall router` over its control socket.
struct LandfallControl: RouterControl {
    let path: String

    func sessions() throws -> [RouterSession] {
        try ask("/status", as: RouterStatus.self).neighbors.map { neighbor in
            var session = RouterSession(name: neighbor.name, isUp: neighbor.isUp)
            session.updates = Int(clamping: neighbor.announced)
            session.withdrawals = Int(clamping: neighbor.withdrawn)
            session.routes = neighbor.received
            return session
        }
    }

    func path(to address: Address) throws -> [UInt32]? {
        let answer = try ask("/routes?table=best&longest=\(address)", as: RoutesAnswer.self)
        guard let route = answer.routes.first(where: { $0.state == .best }) else { return nil }
        return route.attributes.path.split(separator: " ").compactMap { UInt32($0) }
    }

    private func ask<Answer: Decodable>(_ target: String, as type: Answer.Type) throws -> Answer {
        switch try ControlClient.ask(Request("GET", target), of: path, as: type, within: .seconds(2)) {
        case .done(let answer): return answer
        case .refused(_, let reason): throw LabError.failed("\(path): \(reason)")
        }
    }
}
