import HTTP

/// Requests and responses as they come over the control socket, in two pieces split where the first byte says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let split = min(1 + Int(first), bytes.count)
    var requests = Decoder(maxHead: 1024, maxBody: 1024)
    var responses = requests
    for piece in [bytes[1..<split], bytes[split...]] {
        requests.receive([UInt8](piece))
        responses.receive([UInt8](piece))
        while let request = try? requests.request() { checkRoundTrip(request) }
        while let response = try? responses.response() { _ = response.encoded }
    }
    return 0
}

/// What was read can be written, and is read again as the same.
private func checkRoundTrip(_ request: Request) {
    var copy = request
    copy.fields.removeAll { $0.name.lowercased() == "content-length" } // writing adds it
    var decoder = Decoder(maxHead: 8192)
    decoder.receive(copy.encoded)
    guard let again = try? decoder.request() else { preconditionFailure("cannot read what was written: \(copy)") }
    precondition(again.method == request.method && again.target == request.target && again.body == request.body)
}
