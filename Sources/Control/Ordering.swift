internal import FoundationEssentials
package import HTTP

extension ControlClient {
    /// What came of an order.
    package enum Outcome<Answer> {
        case done(Answer)
        /// The agent says no: its status and its words.
        case refused(status: Int, String)
    }

    /// Asks for a document, or gives an order, and reads the answer.
    package static func ask<Answer: Decodable>(
        _ request: Request, of path: String, as type: Answer.Type = Answer.self, within limit: Duration = .seconds(5)
    ) throws(Failure) -> Outcome<Answer> {
        let response = try send(request, to: path, within: limit)
        let body = Data(response.body)
        guard response.status == 200 else {
            let refusal = try? JSONDecoder().decode(OrderRefusal.self, from: body)
            return .refused(status: response.status, refusal?.error ?? "the agent answered \(response.status)")
        }
        guard let answer = try? JSONDecoder().decode(type, from: body) else { throw .foreign }
        return .done(answer)
    }
}

extension Request {
    /// `POST target` with an order as its body.
    package init(order: some Encodable, to target: String) {
        let body = (try? JSONEncoder().encode(order)) ?? Data()
        self.init("POST", target, fields: [Field("Content-Type", "application/json")], body: Array(body))
    }
}
