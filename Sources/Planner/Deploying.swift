internal import Announce
internal import Config
internal import Internet
internal import Net

/// The network of a file as what its healthy sites say about one prefix, on a graph; and what the graph can't express.
struct Deploying {
    let network: Network
    let prefix: Prefix
    let surroundings: Surroundings
    let skipsUnknown: Bool
    /// What a site tells a neighbor; nil: what it tells while it is healthy.
    var told: (_ site: Int, Config.Neighbor) -> [Announcement]? = { _, _ in nil }
    /// The ASes are the routers of a rehearsal, of whose policies everything is known.
    var isRehearsed = false
    /// What such routers do and a plan can't express, a sentence each.
    private(set) var gaps: [String] = []
    private var metrics: [Metric] = []
    private(set) var sessions: [Deployment.Session] = []
    /// What the plan leaves out, a sentence each.
    private(set) var notes: [String] = []
    private var problems: [(way: [KeyStep], text: String)] = []

    init(_ network: Network, _ prefix: Prefix, on surroundings: Surroundings, skipsUnknown: Bool) {
        (self.network, self.prefix) = (network, prefix)
        (self.surroundings, self.skipsUnknown) = (surroundings, skipsUnknown)
    }

    mutating func deployment(_ ties: TieBreak, _ place: ([KeyStep]) -> String) throws(PlanError) -> Deployment {
        for number in network.sites.indices { announce(number) }
        guard problems.isEmpty else { throw .file(problems.map { "\(place($0.way)): \($0.text)" }) }
        noteMetrics()
        guard !sessions.isEmpty || isRehearsed else {
            throw .input("plan: no site has a neighbor that \(prefix) could be announced to")
        }
        let sites = network.sites.map { site in
            Deployment.Site(
                name: site.name, place: site.place, queriesPerSecond: site.capacity.queriesPerSecond.map { Double($0) })
        }
        return Deployment(asn: network.asn, sites: sites, sessions: sessions, tieBreak: ties)
    }

    private mutating func announce(_ number: Int) {
        let site = network.sites[number]
        let before = sessions.count
        for (index, neighbor) in site.neighbors.enumerated() where neighbor.address.family == prefix.family {
            announce(number, neighbor, index)
        }
        if sessions.count == before {
            notes.append("\(site.name) announces nothing: it has no \(prefix.family.label) neighbor in this plan.")
        }
    }

    private mutating func announce(_ number: Int, _ neighbor: Config.Neighbor, _ index: Int) {
        let site = network.sites[number]
        guard let (asn, recipient) = recipient(of: neighbor, index, at: site) else { return }
        for told in told(number, neighbor) ?? healthy(number, neighbor) {
            var origination = Origination(site: number, origin: site.asn, to: recipient)
            (origination.prepend, origination.place) = (told.prepend, site.place)
            origination.routerID = site.hosts.map(\.routerID).min()
            origination.actions = actions(told, at: asn, "\(site.name) to \(neighbor.name)")
            sessions.append(Deployment.Session(neighbor: neighbor.name, origination))
            metrics.append(Metric(at: asn, origin: site.asn, site: number, told.med ?? 0))
        }
    }

    /// As the agent of a healthy site announces. A cover is announced by anchors alone.
    private func healthy(_ number: Int, _ neighbor: Config.Neighbor) -> [Announcement] {
        let site = network.sites[number]
        let isCover = network.covers.contains(prefix)
        guard site.isAnchor || !isCover else { return [] }
        return [
            neighbor.healthyAnnouncement(of: prefix, network.announce, standby: site.isStandby && !isCover)
        ]
    }

    // MARK: What stays out

    /// What an AS is told to compare where one other AS meets it at several places.
    private struct Metric: Hashable {
        let asn, origin: ASN
        let site: Int
        let med: UInt32

        init(at asn: ASN, origin: ASN, site: Int, _ med: UInt32) {
            (self.asn, self.origin, self.site, self.med) = (asn, origin, site, med)
        }
    }

    /// An AS that hears several sites of one AS prefers the lowest MED (RFC 4271 §9.1.2.2 (c)); a plan's ties know no MED.
    private mutating func noteMetrics() {
        for metric in metrics where metric.med > 0 {
            let others = metrics.filter { $0.asn == metric.asn && $0.origin == metric.origin }
            let isMerged = network.sites[metric.site].hosts.count > 1
            guard isMerged || others.contains(where: { $0.site != metric.site && $0.med != metric.med }) else {
                continue
            }
            let text =
                "\(network.sites[metric.site].name) tells \(metric.asn) a MED of \(metric.med) beside another there, and a plan "
                + "knows no MEDs."
            if !notes.contains(text) { notes.append(text) }
            if isRehearsed, !gaps.contains(text) { gaps.append(text) }
        }
    }

    /// Who is told, and what that AS is to the site.
    private mutating func recipient(
        of neighbor: Config.Neighbor, _ index: Int, at site: Config.Site
    ) -> (asn: ASN, recipient: Origination.Recipient)? {
        let graph = surroundings.graph
        if neighbor.role == .internal {
            guard !isRehearsed else { return nil }  // left out of rehearsals
            guard graph.position(of: site.asn) != nil else {
                notes.append(
                    "\(site.name)'s session with \(neighbor.name) isn't in this plan: the graph doesn't have \(site.asn), "
                        + "so nobody knows whom that router tells.")
                return nil
            }
            return (site.asn, .everyone)
        }
        guard graph.position(of: neighbor.asn) != nil else {
            unknown(neighbor, index, site)
            return nil
        }
        if neighbor.role == .routeServer, !isRehearsed {
            notes.append(
                "\(site.name)'s \(neighbor.name) is a route server; it counts as one peer, not as its many clients.")
        }
        return (neighbor.asn, .neighbor(neighbor.asn, neighbor.role.relation))
    }

    private mutating func unknown(_ neighbor: Config.Neighbor, _ index: Int, _ site: Config.Site) {
        let what =
            "\(site.name)'s neighbor \(neighbor.name) is \(neighbor.asn), which isn't in \(surroundings.description)"
        guard skipsUnknown else {
            let way: [KeyStep] = ["sites", .key(site.name), "neighbors", .index(index), "asn"]
            problems.append((way, "\(what); --skip-unknown leaves such sessions out"))
            return
        }
        notes.append("\(what); the plan leaves it out.")
    }

    /// What communities do that everybody knows. What others ask of a provider is the provider's own.
    private mutating func actions(_ told: Announcement, at asn: ASN, _ session: String) -> [ExportAction] {
        var strange = told.largeCommunities.map { "\($0)" }
        var actions: [ExportAction] = []
        for community in told.communities {
            switch community {
            case .noExport, .noAdvertise, .noExportSubconfed: actions.append(.noExport(at: asn))
            case .noPeer where !isRehearsed: actions.append(ExportAction(at: asn, to: .all(.peer), .withhold))
            case .gracefulShutdown where isRehearsed && network.internet?.gracefulShutdown != .nobody:
                gaps.append("\(session) carries GRACEFUL_SHUTDOWN, which makes it the last route to be used.")
            default: strange.append("\(community)")
            }
        }
        // The routers of a rehearsal know no other.
        if !strange.isEmpty, !isRehearsed {
            notes.append(
                "what \(strange.joined(separator: " ")) (\(session)) ask for isn't in this plan: they are the provider's own."
            )
        }
        return actions
    }
}

extension Config.Neighbor {
    fileprivate func healthyAnnouncement(
        of prefix: Prefix, _ policy: Announce.Policy, standby: Bool
    ) -> Announcement {
        var told = Announce.Neighbor(
            name: name, family: address.family, prepend: prepend, med: med, communities: communities,
            largeCommunities: largeCommunities)
        (told.states, told.isStandby) = (states, isStandby)
        (told.isLocal, told.isInternal) = (scope == .local, role == .internal)
        return told.announcement(of: prefix, at: .healthy, policy, standby: standby)
    }
}

extension Config.Neighbor.Role {
    /// What the neighbor is to the site.
    fileprivate var relation: Relation {
        switch self {
        case .provider: .provider
        case .peer, .routeServer: .peer
        case .customer: .customer
        // Of the site's own AS, whose routes it tells to all.
        case .internal: .provider
        }
    }
}

extension Family {
    var label: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
