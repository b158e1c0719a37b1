import DNS

/// A zone file is a zone or a list of errors. A zone is the same whenever its file is read, and answers for its apex.
/// What stands behind a line `%%` is the file that `$INCLUDE` finds, whatever its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let (text, included) = divided([UInt8](UnsafeBufferPointer(start: data, count: count)))
    do throws(ZoneError) {
        let zone = try read(text, included)
        let again = try read(text, included)
        precondition(again.contentHash == zone.contentHash)
        var responder = Responder(zones: Zones([zone]))
        for type in [RecordType.soa, .ns, .any, .a, .dnskey, .nsec3param] {
            let edns = EDNS(dnssecOK: true)
            let question = Message(id: 1, questions: [Question(zone.origin, type)], edns: edns)
            guard let query = try? question.encode() else { return 0 }
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

private func read(_ text: [UInt8], _ included: [UInt8]?) throws(ZoneError) -> Zone {
    try Zone.parse(text, path: "fuzz.zone", origin: Name("example.org")) { (_) throws(UnreadableFile) in
        guard let included else { throw UnreadableFile("there is none") }
        return included
    }
}

private func divided(_ input: [UInt8]) -> (text: [UInt8], included: [UInt8]?) {
    let mark = [UInt8]("\n%%\n".utf8)
    guard let at = input.firstRange(of: mark) else { return (input, nil) }
    return ([UInt8](input[..<at.lowerBound]), [UInt8](input[at.upperBound...]))
}
