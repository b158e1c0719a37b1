import DNS

/// A zone file is a zone or a list of errors; a zone answers for its apex.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let text = [UInt8](UnsafeBufferPointer(start: data, count: count))
    do throws(ZoneError) {
        let zone = try Zone.parse(text, path: "fuzz.zone", origin: Name("example.org"))
        var responder = Responder(zones: Zones([zone]))
        for type in [RecordType.soa, .ns, .any, .a] {
            guard let query = try? Message.query(id: 1, Question(zone.origin, type)).encode() else { return 0 }
            var answer: [UInt8] = []
            let outcome = responder.respond(to: query.span, over: .tcp, into: &answer)
            precondition(outcome != .ignored && (try? Message(answer)) != nil)
        }
    } catch {
        precondition(!error.problems.isEmpty && error.problems.count <= 20)
        precondition(error.problems.allSatisfy { $0.line > 0 && $0.column > 0 })
    }
    return 0
}
