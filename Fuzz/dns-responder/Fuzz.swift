import DNS

/// Whatever is asked: an answer is a message that can be read, repeats the ID, and keeps to its size; what doesn't
/// deserve one gets none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let query = [UInt8](UnsafeBufferPointer(start: data, count: count))
    for transport in [Responder.Transport.udp, .tcp] {
        var responder = responder
        var buffer: [UInt8] = [0xff]
        let outcome = responder.respond(to: query.span, over: transport, into: &buffer)
        let answer = [UInt8](buffer.dropFirst())
        guard outcome != .ignored else {
            precondition(answer.isEmpty && (count < 12 || query[2] & 0x80 != 0))
            continue
        }
        precondition(answer.count <= (transport == .udp ? 1232 : 65535))
        let message = try? Message(answer)
        precondition(message != nil && Array(answer[0..<2]) == Array(query[0..<2]))
    }
    return 0
}

private let responder = Responder(
    zones: Zones([zone].compactMap { $0 }), identity: ServerIdentity(identity: "fra", version: "1"))

private let zone = try? Zone.parse(
    [UInt8](
        """
        $ORIGIN example.org.
        $TTL 60
        @ SOA ns hostmaster 1 2 3 4 5
        @ NS ns
        ns A 192.0.2.1
        ns AAAA 2001:db8::1
        @ MX 10 ns
        * TXT "wildcard"
        a CNAME b
        b CNAME ns
        loop CNAME loop
        c.d A 192.0.2.2
        sub NS ns.sub
        ns.sub A 192.0.2.3
        long TXT \(String(repeating: "\"" + String(repeating: "x", count: 250) + "\" ", count: 8))
        """.utf8), path: "fuzz.zone")
