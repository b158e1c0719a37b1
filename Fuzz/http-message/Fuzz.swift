import HTTP

/// Requests and responses from the same bytes, whole and in pieces: both ways must see the same messages.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    let whole = requests([bytes])
    let pieces = requests(stride(from: 0, to: count, by: 7).map { Array(bytes[$0..<min($0 + 7, count)]) })
    precondition(whole == pieces)
    var decoder = Decoder(maxHead: 512, maxBody: 512)
    decoder.receive(bytes)
    while let response = try? decoder.response() { precondition((100...599).contains(response.status)) }
    return 0
}

private func requests(_ pieces: [[UInt8]]) -> [Request] {
    var decoder = Decoder(maxHead: 512, maxBody: 512)
    var seen: [Request] = []
    for piece in pieces {
        decoder.receive(piece)
        do { while let request = try decoder.request() { seen.append(request) } } catch { return seen }
    }
    return seen
}
