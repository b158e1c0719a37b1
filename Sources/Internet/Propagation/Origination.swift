public import Geo
public import Net

/// What one site says about a prefix to one AS, or to all neighbors of the AS that it stands in.
public struct Origination: Hashable, Sendable {
    /// A number of the caller's, 0 to ``Origination/siteLimit`` − 1.
    public var site: Int
    /// The AS that the path begins with.
    public var origin: ASN
    public var recipient: Recipient
    /// How often the origin is repeated beyond the first, so that the route looks longer.
    public var prepend = 0
    /// What communities ask ASes on the way to do with the route.
    public var actions: [ExportAction] = []
    /// Of the site's router, for ``TieBreak/routerID(_:)``; without one the site loses such ties.
    public var routerID: RouterID?
    /// Of the site, for ``TieBreak/nearest(_:)``; without one the site loses such ties.
    public var place: Place?

    public static let siteLimit = 4096
    public static let prependLimit = 255

    public enum Recipient: Hashable, Sendable {
        /// All neighbors of `origin`, which is an AS of the graph.
        case everyone
        /// One AS of the graph, and what it is to the site.
        case neighbor(ASN, Relation)
    }

    public init(site: Int, origin: ASN, to recipient: Recipient = .everyone) {
        (self.site, self.origin, self.recipient) = (site, origin, recipient)
    }
}

/// What a community asks of an AS: not to tell somebody, or to make the path longer for them. How providers number these
/// is each one's own; what they do is nearly the same everywhere (RFC 8195 §4 has the usual ones).
public struct ExportAction: Hashable, Sendable {
    /// Who acts, when it has chosen the route that carries the community.
    public var at: ASN
    public var target: Target
    public var effect: Effect

    public enum Target: Hashable, Sendable {
        case everyone
        case all(Relation)
        case neighbor(ASN)
    }

    public enum Effect: Hashable, Sendable {
        case withhold
        /// The acting AS repeats itself so often. Of several that apply to a neighbor the largest counts.
        case prepend(Int)
    }

    public init(at asn: ASN, to target: Target, _ effect: Effect) {
        (at, self.target, self.effect) = (asn, target, effect)
    }

    /// NO_EXPORT (RFC 1997): the neighbor keeps the route to itself.
    public static func noExport(at neighbor: ASN) -> Self { Self(at: neighbor, to: .everyone, .withhold) }
}

/// What decides between routes that are equal in class and length, and in the end always the lower AS number.
public enum TieBreak: Hashable, Sendable {
    case lowestASN
    /// RFC 4271 §9.1.2.2 (f): the lowest router ID of the next hop; one for each AS, in graph order.
    case routerID([RouterID])
    /// Hot potato: the next hop that is closest, in steps of 2 km; a place for each AS, in graph order. Whoever has none
    /// is farther than everybody.
    case nearest([Place?])
}

/// Why a plan can't be made.
public enum PropagationError: Error, Hashable, Sendable {
    case nothingAnnounced
    case unknown(ASN)
    case siteOutOfRange(Int)
    case prependOutOfRange(Int)
    case tooManyOriginations(Int)
    /// A what-if about an origination that was never made.
    case noSuchOrigination(Int)
    /// A tie-break that has values for so many ASes, and the graph another number.
    case tieBreakSize(Int, ases: Int)
}

extension PropagationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nothingAnnounced: "no site announces anything to anybody, so nobody lands anywhere"
        case .unknown(let asn): "\(asn) isn't in the AS graph"
        case .siteOutOfRange(let site): "site \(site); sites are 0 to \(Origination.siteLimit - 1)"
        case .prependOutOfRange(let count): "prepend \(count); 0 to \(Origination.prependLimit) are possible"
        case .tooManyOriginations(let count): "\(count) announcements; at most \(Seed.limit) are possible"
        case .noSuchOrigination(let index): "no announcement has the number \(index)"
        case .tieBreakSize(let count, let ases): "a tie-break for \(count) ASes, but the graph has \(ases)"
        }
    }
}
