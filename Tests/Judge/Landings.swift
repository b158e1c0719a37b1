import Files
import Glibc
import Internet
import Net
import Peers

/// 20 announcements of 1 to 20 origins on CAIDA's whole graph of August 2024: where every AS lands and how long its path
/// is, ours and BGPy's, ties ended at the lowest AS number.
let landings = Comparison(name: "landings", summary: "who lands where on 77,242 ASes, and BGPy's answer") {
    let folder = getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data"
    let path = folder + "/as-rel/20240801.as-rel2.txt.bz2"
    let text = try File.readDecompressed(path, limit: 200_000_000)
    let graph = try ASGraph(text: text)
    let sandbox = try await Sandbox(fresh: false)
    try File.write(text, to: sandbox.folder + "/graph")
    var random = SeededRandom(seed: 2024)
    let origins = (1...20).map { count in
        (0..<count).map { _ in graph.ases[Int.random(in: 0..<graph.count, using: &random)].rawValue }
    }
    let theirs = try await BGPy.plans(
        sandbox.folder + "/graph", origins: origins, in: sandbox, within: .seconds(1800))
    var findings = Findings()
    var plan = try Propagation(graph)
    for (origins, theirs) in zip(origins, theirs) {
        try plan.announce(origins.enumerated().map { Origination(site: $0.offset, origin: ASN($0.element)) })
        for position in 0..<graph.count {
            findings.cases += 1
            let asn = graph.ases[position]
            let ours = plan.route(at: position).map { BGPy.Landing(origin: origins[$0.site], length: $0.length + 1) }
            if ours == theirs.landings[asn.rawValue] {
                findings.equal += 1
            } else {
                let other = theirs.landings[asn.rawValue]
                findings.unexplained.append(
                    "\(asn), \(origins.count) origins: \(String(describing: ours)), BGPy \(String(describing: other))")
            }
        }
    }
    findings.details = ["BGPy \((theirs.reduce(0) { $0 + $1.seconds } / 20 * 100).rounded() / 100) s a plan"]
    return findings
}
