import DNS

/// What can be read can be written, and reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    guard let message = try? Message(bytes) else { return 0 }
    // Uncompressed it may be longer than a message can be.
    guard let encoded = try? message.encode() else { return 0 }
    let again = try? Message(encoded)
    precondition(again == message)
    _ = (message.answers + message.authority + message.additional).map(\.description)
    return 0
}
