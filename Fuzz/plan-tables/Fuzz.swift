import Internet
import Net

/// Any bytes as a table of weights, of measured landings, or of origins. What is read must be usable: shares are of 1, and
/// a summary comes of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    do {
        let graph = try ASGraph([.provider(ASN(10), of: ASN(11)), .provider(ASN(10), of: ASN(12))])
        let own = try? Origins(table: bytes)
        if let own { precondition(own.count == 0 || !own.ases(of: prefix).contains(ASN(0))) }
        try check(bytes, graph, own ?? Origins([Origins.Entry(prefix, ASN(11))]))
    } catch { preconditionFailure("\(error)") }
    return 0
}

private let prefix = Prefix(host: Address(v4: 0xc000_0201))

private func check(_ bytes: [UInt8], _ graph: ASGraph, _ origins: Origins) throws {
    let weights = try? Weights(bytes, for: graph, origins)
    let landings = try? Catchment(bytes, for: graph, sites: ["fra", "sin"], origins)
    guard weights != nil || landings != nil else { return }
    if let weights {
        let shares = [weights.unknown.share, weights.unmapped.share]
        precondition(shares.allSatisfy { (0...1).contains($0) } && weights.clients.total.isFinite)
    }
    var plan = try Propagation(graph)
    try plan.announce([
        Origination(site: 0, origin: ASN(64500), to: .neighbor(ASN(10), .provider)),
        Origination(site: 1, origin: ASN(64500), to: .neighbor(ASN(12), .provider)),
    ])
    var outcome = Outcome(withTies: &plan)
    let clients = weights?.clients ?? Clients(of: graph)
    let score = landings.map { Score(outcome, $0, clients) }
    if let landings { outcome.measure(landings) }
    let summary = Summary(outcome, clients, sites: 2, Trust(score))
    // Sums of many parts are off by a little.
    let slack = 1e-9
    precondition(
        summary.sites.allSatisfy {
            $0.share >= 0 && $0.share <= 1 + slack && $0.range.lowerBound <= $0.share + slack
                && $0.range.upperBound >= $0.share - slack
        })
}
