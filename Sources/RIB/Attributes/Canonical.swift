internal import BGP
internal import Net

/// Attributes between `BGP`'s form and the bytes that are interned.
enum Canonical {
    /// What interned sets are written in: four-byte ASNs, everything that our own AS may see.
    static let codec = Codec(fourByteASN: true, isInternal: true)
    private static let attributesStart = Framer.headerLength + 4

    static func bytes(_ attributes: PathAttributes, reach: Reach?) -> [UInt8] {
        var carrier = Update()
        carrier.attributes = attributes
        carrier.reach = reach.map { Reach(family: $0.family, nextHops: $0.nextHops, prefixes: []) }
        return Array(Message.update(carrier).encoded(codec)[attributesStart...])
    }

    /// An UPDATE that carries them and no prefix; nil: they don't fit one (RFC 8654 §4).
    static func update(_ bytes: [UInt8]) -> Update? {
        guard bytes.count <= AttributeStore.longestSet else { return nil }
        var message = [UInt8](repeating: 0xff, count: 16)
        message.put(UInt16(clamping: attributesStart + bytes.count))
        message.put(MessageType.update.rawValue)
        message.put(UInt16(0))
        message.put(UInt16(clamping: bytes.count))
        message += bytes
        guard let frame = frame(message), case .update(let update) = try? Message.decode(frame, codec) else {
            return nil
        }
        return update
    }

    /// As a neighbor with another codec reads them: with two-byte ASNs above all (RFC 6793 §4.2.2). nil: they can't be told.
    static func bytes(_ bytes: [UInt8], for codec: Codec) -> [UInt8]? {
        guard let update = update(bytes) else { return nil }
        var carrier = Update()
        (carrier.attributes, carrier.reach) = (update.attributes, update.reach)
        return Array(Message.update(carrier).encoded(codec)[attributesStart...])
    }

    private static func frame(_ message: [UInt8]) -> Frame? {
        var framer = Framer(extended: true)
        framer.append(message)
        return try? framer.next()
    }
}
