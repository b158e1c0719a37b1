import Lab

/// What a BIRD might say on its control socket, and in its log.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    var log = BirdLog()
    let lines = text.split(separator: "\n")
    precondition(lines.flatMap { log.events($0[...]) }.count <= lines.count)
    guard let reply = BirdReply(text) else { return 0 }
    precondition(reply.lines.count <= count)
    let sessions = RouterSession.all(in: reply)
    precondition(sessions.count <= reply.lines.count)
    _ = RouterSession.path(in: reply)
    return 0
}
