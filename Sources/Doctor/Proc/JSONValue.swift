internal import FoundationEssentials

/// Any JSON document, for output of other programs whose shape is only known in part.
package enum JSONValue: Hashable, Sendable, Decodable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    /// nil for what is no JSON, or is nested deeper than JSONDecoder goes.
    package init?(_ bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
        self = value
    }

    subscript(key: String) -> JSONValue? { if case .object(let fields) = self { fields[key] } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
    var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

    /// Whether such a key stands anywhere in it.
    func has(anyOf keys: Set<String>) -> Bool {
        switch self {
        case .object(let fields): fields.contains { keys.contains($0.key) || $0.value.has(anyOf: keys) }
        case .list(let list): list.contains { $0.has(anyOf: keys) }
        default: false
        }
    }
}
