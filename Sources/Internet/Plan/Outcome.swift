/// Where every AS lands, by position: as the graph predicts it, and as somebody measured it where somebody did.
public struct Outcome: Hashable, Sendable {
    public static let nowhere = UInt16.max

    /// The site of each AS; ``nowhere``: it has no route.
    public private(set) var sites: [UInt16]
    private var measured: Bits
    /// ASes that were measured at several sites, by position.
    private var splits: [Int: [Part]] = [:]
    private var equals: EqualSites?
    /// Round trips in milliseconds; NaN: not known. Empty: of nobody.
    public var roundTrips: [Float] = []

    /// Where it is known from.
    public enum Whence: String, Hashable, Sendable {
        case predicted
        case measured
    }

    /// The part of an AS that lands at a site.
    public struct Part: Hashable, Sendable {
        public var site: Int
        /// Of 1.
        public var share: Double

        public init(site: Int, share: Double) { (self.site, self.share) = (site, share) }
    }

    public init(_ plan: Propagation) {
        let count = plan.graph.count
        sites = (0..<count).map { plan.site(at: $0).map { UInt16($0) } ?? Self.nowhere }
        measured = Bits(count: count)
    }

    /// With what ties could give instead: see ``possibleSites(at:)``.
    public init(withTies plan: inout Propagation) {
        plan.findEquals()
        self.init(plan)
        equals = plan.equals
    }

    public var count: Int { sites.count }

    /// Where the AS at a position lands, or most of it; nil: it has no route.
    @inline(__always)
    public func site(at position: Int) -> Int? {
        let site = sites[position]
        return site == Self.nowhere ? nil : Int(site)
    }

    public func whence(at position: Int) -> Whence { measured.contains(position) ? .measured : .predicted }

    /// All sites that the AS at a position lands on, the largest part first; empty: it has no route.
    public func parts(at position: Int) -> [Part] {
        if !splits.isEmpty, let parts = splits[position] { return parts }
        return site(at: position).map { [Part(site: $0, share: 1)] } ?? []
    }

    /// Whether ties were looked at.
    public var knowsTies: Bool { equals != nil }

    /// Where the AS at a position could land if ASes broke ties otherwise, ascending. Of one that was measured: where it
    /// was. Without a look at ties: where it lands.
    public func possibleSites(at position: Int) -> [Int] {
        guard let equals, whence(at: position) == .predicted else { return parts(at: position).map(\.site).sorted() }
        return equals.sites(at: position)
    }

    /// Puts what was measured in place of what was predicted.
    ///
    /// - Parameters:
    ///   - parts: their shares together are 1; empty changes nothing.
    ///   - roundTrip: milliseconds; NaN: not measured.
    public mutating func measure(_ parts: [Part], roundTrip: Float = .nan, at position: Int) {
        let sorted = parts.sorted { ($1.share, $0.site) < ($0.share, $1.site) }
        guard let largest = sorted.first else { return }
        sites[position] = UInt16(largest.site)
        measured.insert(position)
        splits[position] = sorted.count > 1 ? sorted : nil
        guard !roundTrip.isNaN else { return }
        if roundTrips.isEmpty { roundTrips = [Float](repeating: .nan, count: count) }
        roundTrips[position] = roundTrip
    }

    /// Every landing that somebody measured.
    public mutating func measure(_ catchment: Catchment) {
        for landing in catchment.landings {
            measure(landing.parts, roundTrip: landing.roundTrip, at: landing.position)
        }
    }
}
