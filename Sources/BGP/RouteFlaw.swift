public import Net

/// Why routes that are well formed can't be used. An UPDATE with such a flaw counts as a withdrawal of what it announces:
/// whatever the neighbor said before about those prefixes is no longer true.
public enum RouteFlaw: Hashable, Sendable {
    /// The path has a set of ASes, which hides where it came from (RFC 9774 §3).
    case asSet
    /// We are in the path already (RFC 4271 §9.1.2).
    case ownAS(ASN)
    /// We brought it into our AS ourselves (RFC 4456 §8).
    case ownOriginator(RouterID)
    /// It went through our cluster already (RFC 4456 §8).
    case ownCluster(RouterID)
    /// The path begins with another AS than the neighbor's (RFC 4271 §6.3); nil when with none.
    case firstAS(ASN?, neighbor: ASN)
    /// It was to go to customers only, from this AS on, and came back from one, or over a peer (RFC 9234 §5).
    case leak(onlyToCustomersOf: ASN)
}

extension RouteFlaw: CustomStringConvertible {
    public var description: String {
        switch self {
        case .asSet: "a set of ASes in the path"
        case .ownAS(let asn): "our own \(asn) in the path"
        case .ownOriginator(let id): "our own identifier \(id) as ORIGINATOR_ID"
        case .ownCluster(let id): "our own cluster \(id) in CLUSTER_LIST"
        case .firstAS(let asn?, let neighbor): "the path begins with \(asn), not with the neighbor's \(neighbor)"
        case .firstAS(nil, let neighbor): "the path doesn't begin with the neighbor's \(neighbor)"
        case .leak(let asn): "a leak: the route was for customers of \(asn) only"
        }
    }
}

/// What is looked at in routes of one neighbor.
public struct RouteChecks: Hashable, Sendable {
    public var asn: ASN
    public var id: RouterID
    /// Nil, as for a client of a reflector: our identifier (RFC 4456 §7).
    public var clusterID: RouterID?
    public var peerASN: ASN
    /// What the neighbor is to us; nil where nobody has said.
    public var peerRole: Role?
    /// RFC 9774 §3: only where an operator asks for it.
    public var acceptsASSets = false
    /// Route servers pass routes on without their own AS (RFC 7947 §2.2.2), so it can't be asked of everybody.
    public var enforcesFirstAS = false
    /// How often our own AS may stand in a path: for one AS in two places, joined by others.
    public var allowedOwnAS = 0

    public init(asn: ASN, id: RouterID, peerASN: ASN) { (self.asn, self.id, self.peerASN) = (asn, id, peerASN) }

    private var isInternal: Bool { asn == peerASN }

    /// The first flaw that there is; nil for routes that may be used.
    public func flaw(in attributes: PathAttributes) -> RouteFlaw? {
        let path = attributes.asPath ?? ASPath()
        if !acceptsASSets, path.hasSet { return .asSet }
        if path.count(of: asn) > allowedOwnAS { return .ownAS(asn) }
        return isInternal ? reflectionLoop(attributes) : externalFlaw(attributes, path)
    }

    private func reflectionLoop(_ attributes: PathAttributes) -> RouteFlaw? {
        if attributes.originatorID == id { return .ownOriginator(id) }
        let cluster = clusterID ?? id
        return attributes.clusterList.contains(cluster) ? .ownCluster(cluster) : nil
    }

    private func externalFlaw(_ attributes: PathAttributes, _ path: ASPath) -> RouteFlaw? {
        if enforcesFirstAS, path.first != peerASN { return .firstAS(path.first, neighbor: peerASN) }
        guard let mark = attributes.onlyToCustomer else { return nil }
        return switch peerRole {
        case .customer, .routeServerClient: .leak(onlyToCustomersOf: mark)
        case .peer where mark != peerASN: .leak(onlyToCustomersOf: mark)
        default: nil
        }
    }

    /// ONLY_TO_CUSTOMER as a route has it from here on: what a neighbor ought to have said that is upstream or beside us, it
    /// is taken to have said (RFC 9234 §5, ingress 3).
    public func onlyToCustomer(of attributes: PathAttributes) -> ASN? {
        if let mark = attributes.onlyToCustomer { return mark }
        guard !isInternal, let peerRole, [.provider, .peer, .routeServer].contains(peerRole) else { return nil }
        return peerASN
    }
}
