public import Net

/// Something that a network can do by itself to make an AS land on another site, and what else it would do.
public struct Flip: Hashable, Sendable {
    public var act: Act
    /// Where the AS lands then.
    public var site: Int
    /// Others that land elsewhere then.
    public var ases: Int
    /// What these count for.
    public var weight: Double
    /// Of these, the ones that have no route then.
    public var stranded: Int

    public enum Act: Hashable, Sendable {
        /// One session is prepended so often, in all …
        case prepend(session: Int, Int)
        /// … or every session of a site, each so many times more than now.
        case prependSite(Int, by: Int)
        /// A neighbor of the site is asked by a community to repeat itself towards one of its own neighbors …
        case ask(session: Int, toPrepend: Int, towards: ASN)
        /// … or not to tell that one at all.
        case askToWithhold(session: Int, from: ASN)
        case withdraw(session: Int)
        case withdrawSite(Int)
    }
}

extension Flip.Act {
    func changes(_ deployment: Deployment) -> [Change] {
        switch self {
        case .prepend(let session, let count): [.prepend(origination: session, count)]
        case .prependSite(let site, let count): Failure.lessPreferred(site, by: count, deployment)
        case .ask(let session, let count, let asn): deployment.asking(session, of: asn, .prepend(count))
        case .askToWithhold(let session, let asn): deployment.asking(session, of: asn, .withhold)
        case .withdraw(let session): [.withdrawOrigination(session)]
        case .withdrawSite(let site): [.withdraw(site: site)]
        }
    }
}

extension Deployment {
    /// What the session's neighbor is asked besides what it is asked already.
    fileprivate func asking(_ session: Int, of asn: ASN, _ effect: ExportAction.Effect) -> [Change] {
        let origination = sessions[session].origination
        guard let neighbor = origination.neighbor else { return [] }
        let more = ExportAction(at: neighbor, to: .neighbor(asn), effect)
        return [.actions(origination: session, origination.actions + [more])]
    }
}

extension Origination {
    /// The AS that hears it; nil: all neighbors of the origin.
    var neighbor: ASN? { if case .neighbor(let asn, _) = recipient { asn } else { nil } }
}

/// The search for the smallest change that makes an AS land elsewhere.
///
/// Tried are, for the site where it lands now: prepending each session, and all of them, up to five times; asking the
/// neighbor that its route leads through to repeat itself up to three times towards the next AS of the path, or not to tell
/// it; withdrawing each session, and the site. To lead it to a given site also: fewer prepends there. The smallest is the one that moves the least of
/// others; of those that move the same, the one that comes first in this order.
public struct FlipSearch: Sendable {
    private var plan: Propagation
    private let deployment: Deployment
    private let weights: [Double]

    public static let mostPrepends = 5
    public static let mostAsked = 3

    /// - Parameter weights: what ASes count for, by position.
    public init(_ plan: Propagation, _ deployment: Deployment, _ weights: [Double]) {
        precondition(weights.count == plan.graph.count, "weights of the same graph")
        (self.plan, self.deployment, self.weights) = (plan, deployment, weights)
    }

    /// What makes the AS at a position land elsewhere, the smallest first; none: nothing of all that does.
    ///
    /// - Parameters:
    ///   - wanted: the site where it should land; nil: any other one.
    ///   - goOn: asked before each try; false ends the search, with what was found.
    public mutating func flips(
        of position: Int, to wanted: Int? = nil, goOn: () -> Bool = { true }
    ) throws(PropagationError) -> [Flip] {
        guard let site = plan.site(at: position), site != wanted else { return [] }
        var found: [Flip] = []
        for ladder in ladders(position, site, wanted) {
            for act in ladder {
                guard goOn() else { return found.sorted() }
                guard let flip = try attempt(act, position, wanted) else { continue }
                found.append(flip)
                break
            }
        }
        return found.sorted()
    }

    /// Each a list of ever stronger acts of one kind, of which the first that works is enough.
    private func ladders(_ position: Int, _ site: Int, _ wanted: Int?) -> [[Flip.Act]] {
        let sessions = deployment.sessions(of: site)
        var ladders = sessions.map { session in
            let usual = deployment.sessions[session].origination.prepend
            return (1...Self.mostPrepends).map { Flip.Act.prepend(session: session, usual + $0) }
        }
        if sessions.count > 1 { ladders.append((1...Self.mostPrepends).map { .prependSite(site, by: $0) }) }
        ladders += asking(position)
        if let wanted { ladders += preferring(wanted) }
        if sessions.count > 1 { ladders += sessions.map { [.withdraw(session: $0)] } }
        return ladders + [[.withdrawSite(site)]]
    }

    /// Communities to the neighbor that the route leads through, about whom it tells on this path.
    private func asking(_ position: Int) -> [[Flip.Act]] {
        guard let route = plan.route(at: position), let neighbor = deployment.sessions[route.origination].neighborASN
        else { return [] }
        var teller = position
        while let next = plan.nextHop(at: teller), plan.graph.ases[next] != neighbor { teller = next }
        guard plan.nextHop(at: teller) != nil else { return [] }
        let asn = plan.graph.ases[teller]
        return [
            (1...Self.mostAsked).map { .ask(session: route.origination, toPrepend: $0, towards: asn) },
            [.askToWithhold(session: route.origination, from: asn)],
        ]
    }

    /// Fewer prepends at a site.
    private func preferring(_ site: Int) -> [[Flip.Act]] {
        deployment.sessions(of: site).compactMap { session in
            let usual = deployment.sessions[session].origination.prepend
            return usual > 0 ? (0..<usual).reversed().map { .prepend(session: session, $0) } : nil
        }
    }

    private mutating func attempt(
        _ act: Flip.Act, _ position: Int, _ wanted: Int?
    ) throws(PropagationError) -> Flip? {
        try plan.change(act.changes(deployment))
        defer { plan.undo() }
        let before = plan.siteBefore(at: position)
        guard let site = plan.site(at: position), site != before, wanted == nil || site == wanted else { return nil }
        var flip = Flip(act: act, site: site, ases: 0, weight: 0, stranded: 0)
        for other in plan.changed where other != position && plan.siteBefore(at: other) != plan.site(at: other) {
            flip.ases += 1
            flip.weight += weights[other]
            if plan.site(at: other) == nil { flip.stranded += 1 }
        }
        return flip
    }
}

extension [Flip] {
    /// Stable, so that of equals the one that was tried first stands first.
    fileprivate func sorted() -> [Flip] {
        enumerated().sorted { a, b in
            (a.element.weight, a.element.ases, a.offset) < (b.element.weight, b.element.ases, b.offset)
        }.map(\.element)
    }
}

extension Deployment.Session {
    fileprivate var neighborASN: ASN? { origination.neighbor }
}
