internal import FoundationEssentials

/// What is wrong with an order, for whoever gave it.
package struct OrderError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// `force: it should be a Bool`.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init("\(Self.path(context)): it should be of type \(type)")
        case .keyNotFound(let key, _): self.init("\(key.stringValue) is missing")
        case .dataCorrupted(let context) where context.codingPath.isEmpty: self.init("it is no JSON")
        case .dataCorrupted(let context): self.init("\(Self.path(context)): \(context.debugDescription)")
        @unknown default: self.init("it can't be read")
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "the order" : path
    }
}

/// The JSON of a request's body; nothing at all is an order with nothing in it.
package func readOrder<Order: Decodable>(_ body: [UInt8], as type: Order.Type = Order.self) throws(OrderError) -> Order
{
    do { return try JSONDecoder().decode(type, from: Data(body.isEmpty ? Array("{}".utf8) : body)) } catch {
        throw (error as? OrderError) ?? (error as? DecodingError).map(OrderError.init) ?? OrderError("\(error)")
    }
}

extension Swift.Decoder {
    /// Its keys, when each of them is one of `Key`.
    func known<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw OrderError("unknown key \"\(key.stringValue)\"; there are \(known.joined(separator: ", "))")
        }
        return try container(keyedBy: type)
    }
}

extension KeyedDecodingContainer {
    /// False when it isn't there.
    func flag(_ key: Key) throws -> Bool { try decodeIfPresent(Bool.self, forKey: key) ?? false }

    func seconds(_ key: Key, _ range: ClosedRange<Double>) throws -> Double? {
        guard let seconds = try decodeIfPresent(Double.self, forKey: key) else { return nil }
        guard range.contains(seconds) else {
            throw OrderError("\(key.stringValue) \(seconds) should be from \(range.lowerBound) to \(range.upperBound)")
        }
        return seconds
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}
