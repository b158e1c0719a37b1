internal import Announce
internal import Health
internal import Net

/// How many sites there are, what they share, and where they differ.
extension Lint {
    mutating func lintSites() {
        lintCount()
        lintAnchors()
        lintUpstreams()
        lintFamilies()
        lintNumbers()
        lintLinks()
        lintDifferences()
    }

    private mutating func lintCount() {
        guard network.sites.count == 1, let site = network.sites.first else { return }
        report(
            .oneSite, at: ["sites", .name(site.name)],
            "\(site.name) is the only site: when it withdraws, nobody answers, and a timeout is what clients get",
            instead: "a second site, with other neighbors")
    }

    /// ANNOUNCING 9.
    private mutating func lintAnchors() {
        let open = network.prefixes.indices.filter { isLastOneLost(network.prefixes[$0]) }
        guard let first = open.first else { return }
        let text = open.map { network.prefixes[$0].description }
        report(
            .noAnchor, at: ["network", "prefixes", .index(first)],
            "checks that fail at every site at once withdraw \(listed(text)) everywhere: no site is an anchor, and no cover "
                + "holds \(text.count > 1 ? "them" : "it")",
            instead:
                "sites: {\(network.sites.first?.name ?? "NAME"): {anchor: true, …}}, or announce: {cover: [PREFIX]}")
    }

    /// Whether verdicts can withdraw a prefix at every site, with nothing behind it.
    private func isLastOneLost(_ prefix: Prefix) -> Bool {
        let services = network.services.filter { $0.addresses.contains(where: prefix.contains) }
        let isJudged = services.contains { $0.checks.contains { $0.policy.reach == .local } }
        let isKept = network.sites.contains { site in services.contains { $0.isAnchor ?? site.isAnchor } }
        return isJudged && !isKept && !network.covers.contains { $0.contains(prefix) }
    }

    /// A private AS number is most likely one's own backbone.
    private mutating func lintUpstreams() {
        let asns = Set(externals.map(\.neighbor.asn))
        guard network.sites.count > 1, Set(externals.map(\.site.name)).count > 1, asns.count == 1,
            let first = externals.first, !first.neighbor.asn.isPrivate
        else { return }
        report(
            .oneUpstream, at: first.way + ["asn"],
            "all sites hang on \(first.neighbor.asn): a leak, a filter or an outage of that one network takes all of them",
            instead: "a neighbor in another AS at one site or more")
    }

    private mutating func lintFamilies() {
        for family in network.families {
            let told = Set(sessions.filter { $0.family == family }.map(\.site.name))
            guard !told.isEmpty else { continue }
            for site in network.sites where !told.contains(site.name) {
                report(
                    .familyMissing, at: ["sites", .key(site.name), "neighbors"],
                    "\(site.name) tells nobody about \(family.spoken) prefixes, and other sites do: its \(family.spoken) "
                        + "clients land elsewhere, far away or on a site that doesn't expect them",
                    instead: "a neighbor at \(site.name) with its \(family.spoken) address")
            }
        }
    }

    private mutating func lintNumbers() {
        for session in externals {
            let (own, other) = (session.site.asn, session.neighbor.asn)
            if !own.isPublic, other.isPublic, session.neighbor.role != .customer {
                report(
                    .specialASN,
                    at: own == network.asn ? ["network", "asn"] : ["sites", .key(session.site.name), "asn"],
                    "\(own) is set aside for \(own.isPrivate ? "private use" : "documentation"), and \(session.text) is in "
                        + "the public Internet, where such origins are filtered, unless it puts its own number in their place",
                    instead: "asn: the number that a registry gave to you")
            } else if own.isPublic, other.isForDocumentation {
                report(
                    .specialASN, at: session.way + ["asn"],
                    "\(other) is set aside for documentation: the session to \(session.neighbor.name) will be refused, since "
                        + "the neighbor says another AS number",
                    instead: "asn: the neighbor's own")
            }
        }
    }

    private mutating func lintLinks() {
        var owners = Seen<Address>()
        for session in sessions {
            if !session.neighbor.address.isPrivate,
                let owner = owners.take(session.neighbor.address, for: session.text)
            {
                report(
                    .sharedRouter, at: session.way + ["address"],
                    "\(session.neighbor.address) is \(owner) already: either it is a slip, or both sites hang on one router",
                    instead: "address: the router beside \(session.site.name)")
            }
            lintLink(session)
        }
    }

    /// What is sent to another AS has a TTL of 1; no exchange's network is larger than what is compared here.
    private mutating func lintLink(_ session: Session) {
        let address = session.neighbor.address
        let least = address.family == .ipv4 ? 20 : 48
        let far = session.site.hosts.compactMap { $0.address(address.family) }.first { $0.commonBits(address) < least }
        guard session.isExternal, let far else { return }
        report(
            .notOnLink, at: session.way + ["address"],
            "\(address) is on no network of \(far): packets to a neighbor in another AS have a TTL of 1, so the session never "
                + "comes up",
            instead: "address: the neighbor's end of the link, not its loopback")
    }
}
