import Glibc
import Internet
import Net
import Peers

/// Our side of the comparison, round by round.
struct PropagationTrial {
    private let text: [UInt8]
    private let cache: [UInt8]
    private let graph: ASGraph
    private var plan: Propagation
    /// Seconds, a number a round.
    private var times: [String: [Double]] = [:]

    init(_ text: [UInt8]) throws {
        self.text = text
        graph = try ASGraph(text: text)
        cache = GraphCache.encode(graph)
        plan = try Propagation(graph)
    }

    /// One plan of ours as the peer reads others'.
    mutating func answer() throws -> String {
        srand(77)
        var origins = Origins(graph)
        let originations = origins.next(20)
        try plan.announce(originations)
        let lines = (0..<graph.count).compactMap { position in
            plan.route(at: position).map { route in
                "\(graph.ases[position].rawValue) \(originations[route.site].origin.rawValue) \(route.length + 1)"
            }
        }
        return originations.map { "\($0.origin.rawValue)" }.joined(separator: " ") + "\n"
            + lines.joined(separator: "\n") + "\n"
    }

    mutating func round() throws {
        note("text", try timed { try ASGraph(text: text) }.1)
        note("cache", try timed { try GraphCache.decode(cache) }.1)
        try announcements()
        try equals()
        try subsets()
        try failures()
        try whatIfs()
    }

    private mutating func note(_ name: String, _ value: Double) { times[name, default: []].append(value) }

    /// The same as the peer's, in the same order.
    private mutating func announcements() throws {
        var origins = Origins(graph)
        srand(5)
        for count in [1, 10, 50, 200] {
            note("announce \(count)", try origins.mean(count) { try plan.announce($0) })
        }
    }

    private mutating func equals() throws {
        var origins = Origins(graph)
        srand(5)
        _ = origins.next(200)
        let mean = try origins.mean(10) {
            try plan.announce($0)
            plan.findEquals()
        }
        note("equals", mean)
    }

    /// In the order of a Gray code: one site comes or goes from each to the next.
    private mutating func subsets() throws {
        srand(9)
        var origins = Origins(graph)
        try plan.announce(origins.next(10))
        try plan.change((0..<10).map { .withdraw(site: $0) })
        var taken = 0.0
        var landed = 0
        for number in 1..<1024 {
            let site = number.trailingZeroBitCount
            let isIn = (number ^ number >> 1) >> site & 1 != 0
            taken += try timed { try plan.change([isIn ? .announce(site: site) : .withdraw(site: site)]) }.1
            landed += plan.changed.count
        }
        guard landed > 1023 * 1000 else { throw PeerError("subsets moved only \(landed) landings") }
        note("subsets", taken)
    }

    /// Each of 200 sites fails, and what it had is counted where it lands then.
    private mutating func failures() throws {
        srand(11)
        var origins = Origins(graph)
        try plan.announce(origins.next(200))
        var displaced = [Int](repeating: 0, count: 200)
        let taken = try timed {
            for site in 0..<200 {
                try plan.change([.withdraw(site: site)])
                for position in plan.changed {
                    if let survivor = plan.site(at: position), plan.siteBefore(at: position) == site {
                        displaced[survivor] += 1
                    }
                }
                plan.undo()
            }
        }.1
        guard displaced.reduce(0, +) > graph.count / 2 else { throw PeerError("hardly anybody was displaced") }
        note("failures", taken)
        try judgedFailures()
    }

    /// The same as `landfall plan` does it: with loads, who is overloaded, and what would be enough.
    private mutating func judgedFailures() throws {
        srand(11)
        var origins = Origins(graph)
        let sites = (0..<200).map { Deployment.Site(name: "s\($0)", queriesPerSecond: 1000) }
        let deployment = Deployment(
            asn: ASN(65000), sites: sites, sessions: origins.next(200).map { Deployment.Session(neighbor: "", $0) })
        let clients = Clients(weights: [Double](repeating: 1, count: graph.count), .ases, queriesPerWeight: 1)
        let plan = try deployment.propagation(on: graph)
        var study = FailureStudy(plan, deployment, clients, Outcome(plan))
        let (resilience, taken) = try timed { try study.resilience(to: deployment.ownFailures) }
        guard resilience.cases.count == 200, resilience.survived < 200 else { throw PeerError("nobody was overloaded") }
        note("judged", taken)
    }

    /// Random changes, each beside a fresh plan of the same sites.
    private mutating func whatIfs() throws {
        srand(13)
        var origins = Origins(graph)
        try plan.announce(origins.next(10))
        var (quick, fresh, moves): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<1000 {
            let change = randomChange(&origins)
            quick.append(try timed { try plan.change(change) }.1)
            try compareWithFresh(change, &fresh)
            plan.undo()
            let site = Int(rand()) % 10
            var moved = origins.next(1)[0]
            moved.site = site
            moves.append(try timed { try plan.change([.withdraw(site: site), .add(moved)]) }.1)
            plan.undo()
        }
        note("what-if", median(quick))
        note("move", median(moves))
        note("fresh", median(fresh))
    }

    private func randomChange(_ origins: inout Origins) -> [Change] {
        let site = Int(rand()) % 10
        switch rand() % 4 {
        case 0: return [.withdraw(site: site)]
        case 1: return [.prepend(origination: site, Int(rand()) % 4 + 1)]
        case 2: return [.fail(graph.ases[graph.count - 1 - Int(rand()) % 2000])]
        default:
            var more = origins.next(1)[0]
            more.site = site
            return [.add(more)]
        }
    }

    private func compareWithFresh(_ change: [Change], _ fresh: inout [Double]) throws {
        var again = plan
        // The copy has memory of its own before it is timed.
        again.refresh()
        fresh.append(try timed { again.refresh() }.1)
        for position in 0..<graph.count where again.route(at: position) != plan.route(at: position) {
            throw PeerError("\(change): \(graph.ases[position]) has another route in the plan made afresh")
        }
    }

    // MARK: What it comes to

    /// Three plans of 10 sites by BGPy, in Python.
    func besideBGPy(_ file: String, in sandbox: Sandbox) async throws -> Measurement {
        var origins = Origins(graph)
        srand(5)
        let wanted = (0..<3).map { _ in origins.next(10).map(\.origin.rawValue) }
        let plans = try await BGPy.plans(file, origins: wanted, in: sandbox, within: .seconds(900))
        let (ours, theirs) = (value("announce 10") * 1000, median(plans.map(\.seconds)) * 1000)
        return Measurement(
            subject: "internet", measure: "10 sites", unit: "ms", ours: ours, peer: theirs, peerName: "BGPy",
            ratio: ours / theirs)
    }

    private func value(_ name: String) -> Double { median(times[name] ?? []) }

    func measurements(_ peer: [PropagatePeer.Times]) -> ([Measurement], [String]) {
        func theirs(_ count: Int) -> Double { median(peer.compactMap { $0.mean[count] }) }
        let load = median(peer.map(\.load))
        let c = "three phases in C"
        let rows: [(String, String, Double, Double, String, Double?)] = [
            ("1 site", "ms", value("announce 1") * 1000, theirs(1), c, nil),
            ("10 sites", "ms", value("announce 10") * 1000, theirs(10), c, 1.05),
            ("10 sites, sets of equals", "ms", value("equals") * 1000, theirs(10), c, 2),
            ("50 sites", "ms", value("announce 50") * 1000, theirs(50), c, nil),
            ("200 sites", "ms", value("announce 200") * 1000, theirs(200), c, nil),
            ("1,023 subsets of 10 sites", "ms", value("subsets") * 1000, 1023 * theirs(10), c, 1.05),
            ("N-1 of 200 sites", "ms", value("failures") * 1000, 200 * theirs(200), c, 0.5),
            ("N-1 of 200 sites, judged", "ms", value("judged") * 1000, 200 * theirs(200), c, 0.5),
            ("what-if, median", "ms", value("what-if") * 1000, value("fresh") * 1000, "our fresh plan", 0.5),
            ("one site moves, median", "ms", value("move") * 1000, value("fresh") * 1000, "our fresh plan", nil),
            ("graph from text", "ms", value("text") * 1000, load, c, nil),
            ("graph from cache", "ms", value("cache") * 1000, load, "text in C", nil),
            ("memory", "MB", Double(plan.bytes) / 1e6, median(peer.map(\.megabytes)), "process in C", nil),
        ]
        var complaints: [String] = []
        let measurements = rows.map { measure, unit, ours, theirs, name, limit in
            if let limit, ours > limit * theirs { complaints.append("\(measure): more than \(limit) of \(name)") }
            return Measurement(
                subject: "internet", measure: measure, unit: unit, ours: ours, peer: theirs, peerName: name,
                ratio: ours / theirs)
        }
        if value("cache") > 0.05 { complaints.append("the cache takes more than 50 ms to load") }
        return (measurements, complaints)
    }
}
