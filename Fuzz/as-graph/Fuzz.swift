import Internet
import Net

/// Any bytes as text or cache of an AS graph. What is read must survive both forms, and a plan on it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    if let graph = try? ASGraph(text: bytes) { check(graph) }
    if let graph = try? GraphCache.decode(bytes) { check(graph) }
    // Most inputs would fail at the check sum: give them the right one.
    var sealed = Array("LFASREL".utf8) + [1]
    sealed.put(bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    if let graph = try? GraphCache.decode(sealed + bytes) { check(graph) }
    return 0
}

private func check(_ graph: ASGraph) {
    do {
        let cached = try GraphCache.decode(GraphCache.encode(graph))
        precondition(cached == graph)
        // Text has no place for an AS without links, which a cache may hold.
        if (0..<graph.count).allSatisfy({ graph.degree($0) > 0 }) {
            let again = try ASGraph(text: graph.text())
            precondition(again.text() == graph.text())
        }
        var plan = try Propagation(graph)
        try plan.announce([
            Origination(site: 0, origin: graph.ases[0]), Origination(site: 1, origin: graph.ases[graph.count - 1]),
        ])
        try plan.change([.withdraw(site: 0)])
        let quick = (0..<graph.count).map { plan.site(at: $0) }
        plan.refresh()
        precondition(quick == (0..<graph.count).map { plan.site(at: $0) })
    } catch { preconditionFailure("\(error)") }
}
