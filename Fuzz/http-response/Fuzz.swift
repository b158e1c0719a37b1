import HTTP

/// A response from the same bytes, whole and in pieces: both ways must see the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    let pieces = stride(from: 0, to: count, by: 7).map { Array(bytes[$0..<min($0 + 7, count)]) }
    for method in ["GET", "HEAD"] {
        precondition(response([bytes], to: method) == response(pieces, to: method))
    }
    return 0
}

private func response(_ pieces: [[UInt8]], to method: String) -> Response? {
    var decoder = ResponseDecoder(to: method, maxHead: 512, maxBody: 512)
    do {
        for piece in pieces { try decoder.receive(piece) }
        try decoder.end()
    } catch { precondition(error == .truncated || !decoder.isWhole) }
    precondition((decoder.response?.body.count ?? 0) <= 512)
    return decoder.isWhole ? decoder.response : nil
}
