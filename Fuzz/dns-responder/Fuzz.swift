import DNS

/// Whatever is asked: an answer is a message that can be read, repeats the ID and the question, keeps to its size, and is
/// the same when it is asked for again; what doesn't deserve one gets none. Who wants DNSSEC gets proof of what isn't there.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let query = [UInt8](UnsafeBufferPointer(start: data, count: count))
    for transport in [Responder.Transport.udp, .tcp] {
        var responder = responder
        var buffer: [UInt8] = [0xff]
        let outcome = responder.respond(to: query.span, over: transport, into: &buffer)
        let answer = [UInt8](buffer.dropFirst())
        var again: [UInt8] = []
        precondition(responder.respond(to: query.span, over: transport, into: &again) == outcome && again == answer)
        guard outcome != .ignored else {
            precondition(answer.isEmpty && (count < 12 || query[2] & 0x80 != 0))
            continue
        }
        let question = try? Message(query)
        precondition(answer.count <= limit(transport, question?.edns))
        guard let message = try? Message(answer) else { preconditionFailure("the answer can't be read") }
        precondition(Array(answer[0..<2]) == Array(query[0..<2]))
        if let question { check(message, to: question) }
    }
    return 0
}

private func limit(_ transport: Responder.Transport, _ edns: EDNS?) -> Int {
    transport == .tcp ? 65535 : Int(min(max(edns?.payloadSize ?? 512, 512), 1232))
}

private func check(_ message: Message, to query: Message) {
    precondition(message.questions.isEmpty || message.questions == query.questions)
    let isSigned = query.edns?.dnssecOK == true
    let asked = query.questions.first?.type
    let records = message.answers + message.authority + message.additional
    if !isSigned, asked != .rrsig, asked != .any { precondition(!records.contains { $0.type == .rrsig }) }
    guard isSigned, !message.flags.contains(.truncated),
        let soa = message.authority.first(where: { $0.type == .soa }), signed.contains(soa.name)
    else { return }
    precondition(message.authority.contains { $0.type == .nsec || $0.type == .nsec3 })
    precondition(message.authority.contains { $0.type == .rrsig })
}

private let signed = Set(SignedZones.all.compactMap { Name($0.0) })

private let responder = Responder(
    zones: Zones(zones), identity: ServerIdentity(identity: "fra", version: "1"))

private let zones: [Zone] = {
    do {
        let plain = try Zone.parse([UInt8](plain.utf8), path: "plain.zone")
        return try [plain] + SignedZones.all.map { try Zone.parse(SignedZones.text($0.0, $0.1), path: $0.0) }
    } catch { fatalError("\(error)") }
}()

private let plain = """
    $ORIGIN example.org.
    $TTL 60
    @ SOA ns hostmaster 1 2 3 4 5
    @ NS ns
    ns A 192.0.2.1
    ns AAAA 2001:db8::1
    @ MX 10 ns
    * TXT "wildcard"
    *.two CNAME *.three
    a CNAME b
    b CNAME ns
    loop CNAME loop
    c.d A 192.0.2.2
    moved DNAME c.d
    round DNAME round.round
    svc HTTPS 0 pool
    pool HTTPS 1 . alpn=h2 port=8443 ipv4hint=192.0.2.4
    pool A 192.0.2.4
    _dns._udp SRV 1 2 53 ns
    n NAPTR 1 2 "s" "" "" _dns._udp
    odd TYPE65280 \\# 3 010203
    sub NS ns.sub
    ns.sub A 192.0.2.3
    long TXT \(String(repeating: "\"" + String(repeating: "x", count: 250) + "\" ", count: 8))
    """
