import BGP
import Net

/// Any bytes as a stream of messages; the first byte says what was negotiated. What can be read can be shown and written,
/// and between speakers with four-byte ASNs it reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let codec = Codec(
        fourByteASN: data[0] & 1 == 0, isInternal: data[0] & 2 != 0, extendedMessages: data[0] & 4 != 0,
        ipv4OverIPv6: data[0] & 8 != 0)
    var framer = Framer(extended: codec.extendedMessages)
    framer.append([UInt8](UnsafeBufferPointer(start: data + 1, count: count - 1)))
    do {
        while let frame = try framer.next() { check(try Message.decode(frame, codec), codec) }
    } catch {
        _ = "\(error)"
        precondition(error.notification.code.rawValue > 0)
    }
    return 0
}

private func check(_ message: Message, _ codec: Codec) {
    let encoded = message.encoded(codec)
    switch message {
    case .notification(let notification): _ = "\(notification)"
    case .open(let open): _ = "\(open.capabilities)"
    case .refresh(let refresh): _ = "\(refresh)"
    case .keepalive: break
    case .update(let update):
        guard check(update) else { return }
    }
    guard codec.fourByteASN, encoded.count <= codec.maximumLength else { return }
    var framer = Framer(extended: codec.extendedMessages)
    framer.append(encoded)
    let again = try? framer.next().map { frame in try? Message.decode(frame, codec) }
    precondition(again == message)
}

/// Whether it is to be read again: what is malformed is not written.
private func check(_ update: Update) -> Bool {
    _ = "\(update.faults) \(update.unreadable) \(update.attributes.extendedCommunities)"
    if let path = update.attributes.asPath { _ = "\(path)" }
    precondition(update.faults.count <= AttributeFault.most + 1 && update.unreadable.count <= 4)
    precondition(update.faults.allSatisfy { $0.bytes.count <= 128 })
    precondition(!update.isWithdrawal || update.reachable.isEmpty)
    var checks = RouteChecks(asn: update.attributes.asPath?.first ?? .trans, id: .init(rawValue: 7), peerASN: .trans)
    for role: Role? in [nil, .provider, .customer, .peer] {
        checks.peerRole = role
        if let flaw = checks.flaw(in: update.attributes) { _ = "\(flaw)" }
        _ = checks.onlyToCustomer(of: update.attributes)
    }
    return update.faults.isEmpty && update.unreadable.isEmpty
}
