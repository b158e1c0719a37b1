import BGP

/// Any bytes as a stream of messages; the first byte says what was negotiated. What can be read can be shown and written,
/// and between speakers with four-byte ASNs it reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let codec = Codec(fourByteASN: data[0] & 1 == 0, isInternal: data[0] & 2 != 0)
    var framer = Framer()
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
    if case .notification(let notification) = message { _ = "\(notification)" }
    if case .update(let update) = message {
        _ = update.faults.map(\.description)
        precondition(update.faults.count <= 1400)
        guard update.faults.isEmpty else { return }
    }
    guard codec.fourByteASN, encoded.count <= Framer.maximumLength else { return }
    var framer = Framer()
    framer.append(encoded)
    let again = try? framer.next().map { frame in try? Message.decode(frame, codec) }
    precondition(again == message)
}
