import Net

/// Landings that somebody measured, held against a graph and a deployment.
///
///     as,site,rtt,weight           prefix,site
///     64500,fra,12.5,3             192.0.2.0/24,sin
///
/// An AS that was seen at several sites is divided among them by weight, or by lines where there is none.
public struct Catchment: Sendable {
    /// In the order of positions.
    public var landings: [Landing] = []
    public var records = 0
    /// ASes that were seen at more than one site.
    public var divided = 0
    /// Lines about ASes that the graph doesn't have.
    public var unknown = 0
    /// Lines about sites that the deployment doesn't have, and what those are called: at most ``namesShown``.
    public var elsewhere = 0
    public var strangeSites: [String] = []
    /// Lines about prefixes that no origin is known of, and their part of all weight.
    public var unmapped = 0
    public var unmappedShare = 0.0
    /// Prefixes that several ASes announce; they count for the lowest that the graph knows.
    public var ambiguous = 0
    /// Columns that aren't read.
    public var strange: [String]

    public static let namesShown = 5

    public struct Landing: Hashable, Sendable {
        public var position: Int
        /// The largest part first.
        public var parts: [Outcome.Part]
        /// Milliseconds, the mean by weight; NaN: not measured.
        public var roundTrip: Float
    }

    /// - Parameters:
    ///   - sites: their names, in the order of their numbers.
    ///   - origins: needed for prefixes.
    public init(_ text: [UInt8], for graph: ASGraph, sites: [String], _ origins: Origins?) throws(TableError) {
        var table = try Table(text)
        try table.require([.asn, .prefix], called: "\"as\" or \"prefix\"")
        try table.require([.site], called: "\"site\"")
        try table.requireOrigins(origins)
        strange = table.unused(besides: [.asn, .prefix, .site, .roundTrip, .weight, .whence])
        var seen = Seen(sites)
        while let record = try table.next() {
            records += 1
            try record.refusePrediction()
            let (subject, isAmbiguous) = try record.subject(in: graph, origins)
            ambiguous += isAmbiguous ? 1 : 0
            try take(record, about: subject, &seen)
        }
        unmappedShare = seen.total > 0 ? seen.unmapped / seen.total : 0
        landings = seen.landings
        divided = landings.count { $0.parts.count > 1 }
        guard !landings.isEmpty else { throw TableError(.nothingUsable(complaint(sites))) }
    }

    private mutating func take(_ record: Record, about subject: Subject, _ seen: inout Seen) throws(TableError) {
        let (weight, roundTrip) = (try record.number(.weight) ?? 1, try record.roundTrip())
        guard let name = record.text(.site) else { throw record.lack("a site", in: .site) }
        seen.total += weight
        switch subject {
        case .unmapped:
            unmapped += 1
            seen.unmapped += weight
        case .unknown: unknown += 1
        case .known(let position):
            guard let site = seen.sites[name.text] else { return miss(site: name.text.printable(40)) }
            seen.ases[position, default: Sightings()].add(site, weight, roundTrip)
        }
    }

    private mutating func miss(site: String) {
        elsewhere += 1
        if strangeSites.count < Self.namesShown, !strangeSites.contains(site) { strangeSites.append(site) }
    }

    private func complaint(_ sites: [String]) -> String {
        if records == 0 { return "no landings are in here, only the names of columns" }
        if elsewhere > 0 {
            let known = sites.prefix(Self.namesShown).joined(separator: ", ")
            return "no landing is at a site of the plan: \(strangeSites.joined(separator: ", ")); it has \(known)"
        }
        if unknown + unmapped == 0 { return "all that was seen counts for nothing" }
        return unknown > unmapped ? "no AS in here is in the graph" : "no prefix in here could be mapped to an AS"
    }
}

/// What a table says, by AS.
private struct Seen {
    /// By name.
    let sites: [String: Int]
    /// By position.
    var ases: [Int: Sightings] = [:]
    var (total, unmapped) = (0.0, 0.0)

    init(_ names: [String]) {
        sites = Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    var landings: [Catchment.Landing] { ases.keys.sorted().compactMap { ases[$0]?.landing(at: $0) } }
}

/// Where one AS was seen.
private struct Sightings {
    private var weights: [(site: Int, weight: Double)] = []
    private var (roundTrips, roundTripWeight) = (0.0, 0.0)

    mutating func add(_ site: Int, _ weight: Double, _ roundTrip: Double?) {
        if let index = weights.firstIndex(where: { $0.site == site }) {
            weights[index].weight += weight
        } else {
            weights.append((site, weight))
        }
        guard let roundTrip else { return }
        roundTrips += weight * roundTrip
        roundTripWeight += weight
    }

    /// Nil: all that was seen counts for nothing.
    func landing(at position: Int) -> Catchment.Landing? {
        let total = weights.reduce(0) { $0 + $1.weight }
        let parts = weights.filter { $0.weight > 0 }.map { Outcome.Part(site: $0.site, share: $0.weight / total) }
        guard !parts.isEmpty else { return nil }
        let sorted = parts.sorted { ($1.share, $0.site) < ($0.share, $1.site) }
        let mean = roundTripWeight > 0 ? Float(roundTrips / roundTripWeight) : .nan
        return Catchment.Landing(position: position, parts: sorted, roundTrip: mean)
    }
}

extension Record {
    /// Nobody's round trip takes a minute: whoever has such numbers has another unit.
    fileprivate func roundTrip() throws(TableError) -> Double? {
        guard let value = try number(.roundTrip), let field = text(.roundTrip) else { return nil }
        guard value <= 60_000 else { throw fault(field, wanted: "milliseconds, at most 60000,") }
        return value
    }

    /// A plan's own table isn't what somebody measured.
    fileprivate func refusePrediction() throws(TableError) {
        guard let field = text(.whence), field.text != Outcome.Whence.measured.rawValue else { return }
        throw fault(field, wanted: "\"measured\" (this line is what a plan predicted, and proves nothing)")
    }
}
