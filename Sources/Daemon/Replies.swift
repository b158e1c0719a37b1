internal import Control
package import HTTP

extension Response {
    package static func json(_ document: some Encodable, status: Int = 200, _ fields: [Field] = []) -> Response {
        guard let text = Control.json(document) else { return Response(500) }
        return Response(status, fields: [Field("Content-Type", "application/json")] + fields, body: Array(text.utf8))
    }

    package static func refusal(_ status: Int, _ error: String, _ fields: [Field] = []) -> Response {
        .json(OrderRefusal(error), status: status, fields)
    }
}
