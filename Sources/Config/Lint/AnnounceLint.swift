internal import Announce
internal import Net

/// What is told to neighbors: prefixes that nobody hears, attributes that do nothing, or the contrary of what they should.
extension Lint {
    mutating func lintAnnouncing() {
        lintPrefixes()
        lintScopes()
        lintCommunities()
        lintPrepends()
        lintMED()
        lintStates()
    }

    private mutating func lintPrefixes() {
        for (index, prefix) in network.prefixes.enumerated() {
            let way: [KeyStep] = ["network", "prefixes", .index(index)]
            let told = sessions.filter { $0.family == prefix.family }
            guard !told.isEmpty else {
                report(
                    .prefixUnheard, at: way,
                    "no site has a neighbor with an \(prefix.family.spoken) address, so nobody is told about \(prefix)",
                    instead: "a neighbor of each site with its \(prefix.family.spoken) address, or leave the prefix out"
                )
                continue
            }
            if let session = told.first(where: { $0.isExternal && !$0.staysInside(network.announce) }) {
                lint(prefix, toldTo: session, at: way)
            }
        }
    }

    /// What the Internet takes of prefixes.
    private mutating func lint(_ prefix: Prefix, toldTo session: Session, at way: [KeyStep]) {
        let longest = prefix.family == .ipv4 ? 24 : 48
        if prefix.length > longest, let whole = Prefix(prefix.address, length: longest) {
            report(
                .prefixTooLong, at: way,
                "\(prefix) goes to \(session.text) for the whole Internet, where most networks drop what is longer than "
                    + "/\(longest): hardly anybody hears of it",
                instead: "prefixes: [\(whole)], or \"scope: local\" at neighbors that take it for themselves")
        }
        if prefix.isSpecial || prefix.isForDocumentation && isInEarnest {
            report(
                .specialPrefix, at: way,
                "\(prefix) is set aside for \(prefix.isSpecial ? "special purposes" : "documentation") and goes to "
                    + "\(session.text), which will drop it",
                instead: "a prefix that a registry gave to you")
        }
    }

    /// Whether anything here is real: examples use nothing but what is set aside for them.
    private var isInEarnest: Bool {
        network.prefixes.contains { !$0.isSpecial && !$0.isForDocumentation } || network.asn.isPublic
            || externals.contains { $0.neighbor.asn.isPublic }
    }

    private mutating func lintScopes() {
        for family in network.families {
            let told = externals.filter { $0.family == family }
            guard let provider = told.first(where: { $0.neighbor.role == .provider }),
                told.allSatisfy({ $0.staysInside(network.announce) })
            else { continue }
            let key: KeyStep = provider.says(["scope"]) ? "scope" : "communities"
            report(
                .nobodyHears, at: provider.way + [key],
                "every neighbor is asked to keep \(family.spoken) routes to itself, the provider \(provider.text) too: "
                    + "whoever isn't its customer can't reach the service",
                instead: "scope: global at the provider, without no-export and no-advertise")
        }
    }

    private mutating func lintCommunities() {
        let asns = Set(sessions.map(\.neighbor.asn))
        for session in sessions {
            let neighbor = session.neighbor
            let sets: [(way: [KeyStep], communities: [Community], large: [LargeCommunity])] =
                [(session.way, neighbor.communities, neighbor.largeCommunities)]
                + Session.State.allCases.filter { session.says([.key($0.rawValue)]) }.map { state in
                    let attributes = session.attributes(state, network.announce)
                    return (session.way + [.key(state.rawValue)], attributes.communities, attributes.largeCommunities)
                }
            for set in sets {
                lintBlackhole(set.communities, at: set.way + ["communities"])
                func isForeign(_ asn: ASN) -> Bool {
                    asns.contains(asn) && asn != neighbor.asn && asn != session.site.asn
                }
                if let stranger = set.communities.first(where: { isForeign(ASN($0.rawValue >> 16)) }) {
                    lintForeign("\(stranger)", ASN(stranger.rawValue >> 16), session, at: set.way + ["communities"])
                }
                if let stranger = set.large.first(where: { isForeign(ASN($0.global)) }) {
                    lintForeign("\(stranger)", ASN(stranger.global), session, at: set.way + ["large-communities"])
                }
            }
        }
        for state in Session.State.allCases {
            let communities = network.announce.states.attributes(state).communities
            lintBlackhole(communities, at: ["announce", .key(state.rawValue), "communities"])
        }
    }

    private mutating func lintBlackhole(_ communities: [Community], at way: [KeyStep]) {
        guard communities.contains(.blackhole) else { return }
        report(
            .blackhole, at: way,
            "blackhole (65535:666, RFC 7999) asks the neighbor to drop all packets to the service",
            instead: "leave blackhole out; \"landfall drain\" takes a site out of service")
    }

    private mutating func lintForeign(_ text: String, _ asn: ASN, _ session: Session, at way: [KeyStep]) {
        let owner = sessions.first { $0.neighbor.asn == asn }
        report(
            .foreignCommunity, at: way,
            "\(text) means something to \(asn) (\(owner?.neighbor.name ?? "another neighbor")), and is told to "
                + "\(session.text), which ignores it or passes it on",
            instead: "a community of \(session.neighbor.asn), or leave it out here")
    }

    private mutating func lintPrepends() {
        for session in externals {
            for state in Session.State.allCases {
                let more = session.attributes(state, network.announce).prepend
                let sum = session.neighbor.prepend + more
                guard sum > 10 else { continue }
                let own = session.way + ["prepend"]
                let way =
                    more == 0 || session.neighbor.prepend > 10 ? own : session.way(to: state) + ["prepend"]
                report(
                    .prependTooLong, at: way,
                    "the AS number is repeated \(sum) times for \(session.text) when \(state.rawValue): careful networks "
                        + "drop such paths, and nobody is moved by more than a few",
                    instead: "prepend: 3, or a community by which the neighbor lowers its preference")
            }
        }
    }

    /// RFC 4271 §9.1.2.2 (c): it is compared between routes from one AS only.
    private mutating func lintMED() {
        let audiences = Dictionary(grouping: externals, by: Audience.init)
        func isAlone(_ session: Session) -> Bool {
            audiences[Audience(session)]?.count == 1 && session.site.hosts.count == 1
        }
        for session in externals where isAlone(session) {
            let keys: [[KeyStep]] = [["med"]] + Session.State.allCases.map { [.key($0.rawValue), "med"] }
            for key in keys where session.says(key) {
                report(
                    .medNotCompared, at: session.way + key,
                    "a MED is compared between routes from one AS, and \(session.neighbor.asn) hears of the prefixes from "
                        + "\(session.neighbor.name) alone: it changes nothing",
                    instead: "prepend, or a community of \(session.neighbor.asn)")
            }
        }
        guard !externals.isEmpty, externals.count == sessions.count, externals.allSatisfy(isAlone) else { return }
        for state in Session.State.allCases where says(["announce", .key(state.rawValue), "med"]) {
            report(
                .medNotCompared, at: ["announce", .key(state.rawValue), "med"],
                "a MED is compared between routes from one AS, and every AS here hears of the prefixes from one neighbor "
                    + "alone: it changes nothing",
                instead: "prepend, or a community by which the neighbor lowers its preference")
        }
    }

    /// Nothing is ever a last resort where there is no anchor and no standby.
    private var statesInUse: [Session.State] {
        let isStandbyUsed =
            network.sites.contains { $0.isAnchor || $0.isStandby } || sessions.contains { $0.neighbor.isStandby }
            || network.services.contains { $0.isAnchor == true }
        return isStandbyUsed ? [.degraded, .drain, .standby] : [.degraded, .drain]
    }

    private mutating func lintStates() {
        let policy = network.announce
        for session in sessions {
            let healthy = session.told(.healthy, policy)
            if session.told(.drain, policy) == healthy {
                report(
                    .drainChangesNothing, at: session.way(to: .drain),
                    "a drained route looks to \(session.text) as it always does: nothing moves while it waits, and then it "
                        + "is withdrawn under whoever is still there",
                    instead: "drain: {prepend: 3, graceful-shutdown: true}, which is the default")
            }
            for state in statesInUse where session.told(state, policy).isBetter(than: healthy) {
                let own = session.says(["healthy"]) || session.says([.key(state.rawValue)])
                let key: [KeyStep] = session.says(["healthy"]) ? ["healthy"] : [.key(state.rawValue)]
                report(
                    .worseLooksBetter, at: own ? session.way + key : ["announce", "healthy"],
                    "a route in the state \(state.rawValue) looks better to \(session.text) than a healthy one, and draws "
                        + "traffic to where there is trouble: the attributes of a state replace those of healthy",
                    instead: "\(state.rawValue): \(healthy.worse)")
            }
        }
    }
}

extension Session.Told {
    /// Whether routers would prefer it, by what is compared first.
    fileprivate func isBetter(than other: Self) -> Bool {
        if let localPref, let usual = other.localPref, localPref != usual { return localPref > usual }
        if prepend != other.prepend { return prepend < other.prepend }
        if let med, let usual = other.med { return med < usual }
        return false
    }

    fileprivate var worse: String {
        if let localPref { return "{local-pref: \(localPref / 2)}" }
        return prepend > 0 ? "{prepend: \(prepend + 1)}" : "{med: \((med ?? 0) + 100)}"
    }
}

extension StateAttributes {
    fileprivate func attributes(_ state: Session.State) -> Attributes {
        switch state {
        case .healthy: healthy
        case .degraded: degraded
        case .drain: draining
        case .standby: standby
        }
    }
}
