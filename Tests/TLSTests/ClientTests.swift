import TLS
import Testing

@Suite("TLS over memory")
struct ClientTests {
    private func client(_ change: (inout Client.Policy) -> Void = { _ in }) throws -> Client {
        var policy = Client.Policy(name: "www.example.org", isAddress: false)
        change(&policy)
        return try Client(policy)
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

    @Test("the first thing to be sent is a ClientHello with the name, and a second look finds nothing")
    func hello() throws {
        let client = try client()
        let bytes = client.takeOutgoing()
        #expect(bytes.first == 22 && bytes.count > 100 && contains(bytes, "www.example.org"))
        #expect(client.takeOutgoing().isEmpty && !client.isEstablished)
    }

    @Test("an address is not told to the peer")
    func address() throws {
        let client = try client { ($0.name, $0.isAddress) = ("192.0.2.1", true) }
        #expect(!contains(client.takeOutgoing(), "192.0.2.1"))
    }

    @Test("what is no address can't be verified as one")
    func noAddress() {
        #expect(throws: TLSError.setUp("address nowhere")) {
            _ = try client { ($0.name, $0.isAddress) = ("nowhere", true) }
        }
    }

    @Test("authorities that can't be read are our own trouble")
    func authorities() {
        #expect(throws: TLSError.self) { _ = try client { $0.authorities = "/nowhere.pem" } }
        #expect(throws: TLSError.self) { _ = try client { $0.authorities = "/dev/null" } }
    }

    @Test("plain bytes wait for the handshake, and never go out before it")
    func waits() throws {
        let client = try client()
        _ = client.takeOutgoing()
        try client.send(Array("secret".utf8))
        #expect(client.takeOutgoing().isEmpty)
    }

    @Test("every beginning of a garbled handshake waits or fails, and never traps")
    func garbage() throws {
        let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 40]
        let hello: [UInt8] = [22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3] + [UInt8](repeating: 7, count: 36)
        for bytes in [
            alert, hello, Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [UInt8](repeating: 0xff, count: 64),
        ] {
            for length in bytes.indices {
                let client = try client()
                _ = try? client.receive(Array(bytes[..<length]))
                #expect(!client.isEstablished)
            }
            let client = try client()
            #expect(throws: TLSError.self) { _ = try client.receive(bytes) }
        }
    }
}
