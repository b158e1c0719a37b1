import Files
import Glibc
import Internet
import Net
import Peers

/// Propagation on CAIDA's graph of August 2024 beside the same in C: one announcement, with sets of equals and without,
/// every subset of ten sites, each failure of one of 200 sites, and what-ifs beside our own fresh plans. Ours runs in this
/// process, which does what `landfall plan` does; both are timed in the same run, in turns.
let internet = Subject(
    name: "internet", summary: "10 sites announced to 77,242 ASes, beside the same three phases in C"
) {
    let folder = (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data") + "/as-rel/"
    let sandbox = try await Sandbox(fresh: false)
    let text = try File.readDecompressed(folder + "20240801.as-rel2.txt.bz2", limit: 200_000_000)
    let file = sandbox.folder + "/as-rel2.txt"
    try File.write(text, to: file)
    let peer = try await PropagatePeer(in: sandbox)
    var trial = try PropagationTrial(text)
    if let complaint = try await peer.disagreements(file, trial.answer()) {
        throw PeerError("the same plan in C says: \(complaint)")
    }
    var times: [PropagatePeer.Times] = []
    for _ in 0..<3 {
        times.append(try await peer.run(file))
        try trial.round()
    }
    say(try growth(folder))
    var (measurements, complaints) = trial.measurements(times)
    if let lack = BGPy.lack {
        say(lack)
    } else {
        measurements.append(try await trial.besideBGPy(file, in: sandbox))
    }
    guard complaints.isEmpty else { throw NotHeld(measurements: measurements, complaints: complaints) }
    return measurements
}

/// What each snapshot of the graph has, and what reading it and planning on it take.
private func growth(_ folder: String) throws -> String {
    var rows = [["graph", "ASes", "transit", "peering", "text ms", "cache ms", "plan ms", "MB"]]
    for month in ["20160101", "20180301", "20200101", "20240701", "20240801"] {
        let path = folder + "\(month).as-rel2.txt.bz2"
        let text: [UInt8]
        do { text = try File.readDecompressed(path, limit: 200_000_000) } catch {
            say("\(error)")
            continue
        }
        let (graph, read) = try timed { try ASGraph(text: text) }
        let cache = GraphCache.encode(graph)
        let (_, load) = try timed { try GraphCache.decode(cache) }
        var plan = try Propagation(graph)
        var origins = Origins(graph)
        let mean = try origins.mean(10) { try plan.announce($0) }
        let bytes = Double(plan.bytes) / 1e6
        rows.append(
            [month, "\(graph.count)", "\(graph.transitLinks)", "\(graph.peeringLinks)"]
                + [read * 1000, load * 1000, mean * 1000, bytes].map { "\(($0 * 100).rounded() / 100)" })
    }
    return aligned(rows, words: [0])
}

/// What the work gives, and what it takes of this thread's processor time.
func timed<Value>(_ work: () throws -> Value) throws -> (Value, Double) {
    var result: Result<Value, any Error>?
    let taken = seconds { result = Result { try work() } }
    guard let result else { throw PeerError("nothing was done") }
    return (try result.get(), taken)
}

/// The origins that the peer draws: `rand()` modulo the count of ASes, which it numbers by AS number.
struct Origins {
    private let byNumber: [ASN]

    init(_ graph: ASGraph) { byNumber = graph.ases.sorted() }

    mutating func next(_ count: Int) -> [Origination] {
        (0..<count).map { Origination(site: $0, origin: byNumber[Int(rand()) % byNumber.count]) }
    }

    /// Seconds for one of the peer's 200 announcements of so many origins. Its seed has to be set before.
    mutating func mean(_ count: Int, _ announce: ([Origination]) throws -> Void) throws -> Double {
        var sum = 0.0
        for _ in 0..<200 {
            let originations = next(count)
            sum += try timed { try announce(originations) }.1
        }
        return sum / 200
    }
}
