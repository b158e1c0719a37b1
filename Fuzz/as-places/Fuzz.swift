import Geo
import Internet
import Net

/// Any bytes as a file of organisations, a table of places or a matrix of round trips. What is read must be usable: homes on a
/// graph, round trips, and a fit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    let organizations = try? ASOrganizations(bytes)
    let table = try? HomeTable(bytes)
    if organizations != nil || table != nil { check(table?.homes ?? [:], organizations) }
    if let matrix = try? RoundTripMatrix(bytes), let score = LatencyScore(matrix.samples, seed: 1) {
        precondition(score.fitted + score.scored == matrix.samples.count)
        precondition(score.model.inflation >= 1 && score.modelError.p50.isFinite && score.factorError.p90.isFinite)
    }
    return 0
}

private func check(_ homes: [ASN: Home], _ organizations: ASOrganizations?) {
    do {
        let graph = try ASGraph([
            .provider(ASN(1), of: ASN(2)), .provider(ASN(1), of: ASN(64500)), .peers(ASN(1), ASN(3320)),
        ])
        let known = Homes(graph, given: homes, organizations)
        var plan = try Propagation(graph)
        try plan.announce([Origination(site: 0, origin: ASN(2))])
        let latency = PathLatency(graph, known, sites: [Place(name: "", latitude: 50, longitude: 8)])
        precondition(latency.roundTrips(plan).allSatisfy { $0.isNaN || $0 >= 0 })
    } catch { preconditionFailure("\(error)") }
}
