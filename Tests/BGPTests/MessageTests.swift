import BGP
import Net
import Testing

@Suite("Messages")
struct MessageTests {
    @Test("each vector means what its file says", arguments: Vector.all)
    func vectors(vector: Vector) {
        let seen = meaning(decode(vector.bytes, vector.codec))
        vector.record(seen)
        #expect(seen == vector.meaning, "\(vector.path)")
    }

    @Test("there are vectors")
    func some() { #expect(Vector.all.count > 80) }

    @Test("what was read and is written again reads the same", arguments: Vector.all)
    func roundTrip(vector: Vector) throws {
        guard case .success(let messages) = decode(vector.bytes, vector.codec) else { return }
        for message in messages where !message.isFaulty {
            let bytes = message.encoded(vector.codec)
            #expect(decode(bytes, vector.codec) == .success([message]), "\(vector.path)")
        }
    }

    @Test(
        "BIRD's own messages come out byte for byte",
        arguments: Vector.all.filter { $0.name.hasPrefix("bird-") })
    func bird(vector: Vector) throws {
        let messages = try decode(vector.bytes, vector.codec).get()
        #expect(hex(messages.flatMap { $0.encoded(vector.codec) }) == hex(vector.bytes), "\(vector.path)")
    }

    @Test("a message cut anywhere waits for the rest", arguments: Vector.all)
    func cut(vector: Vector) throws {
        guard case .success = decode(vector.bytes, vector.codec) else { return }
        for length in vector.places {
            var framer = Framer(extended: vector.codec.extendedMessages)
            framer.append(Array(vector.bytes[..<length]))
            #expect(try framer.next() == nil, "\(vector.path) at \(length)")
            framer.append(Array(vector.bytes[length...]))
            #expect(try framer.next()?.bytes == vector.bytes, "\(vector.path) at \(length)")
        }
    }

    @Test(
        "a message that claims to be shorter than it is, at every length, is an error or a message, never a trap",
        arguments: Vector.all)
    func truncated(vector: Vector) {
        guard vector.bytes.count >= 19 else { return }
        for length in vector.places where length >= 19 {
            var bytes = Array(vector.bytes[..<length])
            bytes.patch(UInt16(length), at: 16)
            for codec in [
                Codec(), Codec(fourByteASN: false), Codec(isInternal: true), Codec(extendedMessages: true),
                Codec(ipv4OverIPv6: true),
            ] {
                if case .failure(let error) = decode(bytes, codec) { #expect(error.notification.code.rawValue > 0) }
            }
        }
    }

    @Test("every byte changed to every kind of value is an error or a message, never a trap", arguments: Vector.all)
    func mangled(vector: Vector) {
        for index in vector.places where index >= 19 {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                var bytes = vector.bytes
                bytes[index] = value
                _ = meaning(decode(bytes, vector.codec))
            }
        }
    }
}

extension Vector {
    /// Every place in the message, or, where it is long, all those near its ends: between them is more of the same.
    fileprivate var places: [Int] {
        bytes.count < 400 ? Array(bytes.indices) : Array(0..<100) + Array(bytes.indices.suffix(40))
    }
}

extension Message {
    /// Faulty attributes are not written again.
    var isFaulty: Bool {
        if case .update(let update) = self { !update.faults.isEmpty || !update.unreadable.isEmpty } else { false }
    }
}
