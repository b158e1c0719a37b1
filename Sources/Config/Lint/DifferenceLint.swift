internal import Announce
internal import Net

/// What differs between sites, or between the families of one site, and looks like a slip. `landfall diff` shows all that
/// differs.
extension Lint {
    mutating func lintDifferences() {
        lintHoldTimes()
        lintTwins()
        for own in externalsOfSites { lintFamilies(of: own) }
    }

    /// Site by site, in the order of the file.
    private var externalsOfSites: [[Session]] {
        let groups = Dictionary(grouping: externals) { $0.site.name }
        return network.sites.compactMap { groups[$0.name] }
    }

    /// The one that most sites have is what is meant; the network's own among equals.
    private mutating func lintHoldTimes() {
        let sites = externalsOfSites
        let times = sites.map { Set($0.map(\.neighbor.holdTime)) }
        let all = times.reduce(into: Set()) { $0.formUnion($1) }.sorted()
        func count(_ time: Duration) -> (Int, Int) {
            (times.count { $0.contains(time) }, time == network.holdTime ? 1 : 0)
        }
        guard sites.count > 1, all.count > 1, let usual = all.max(by: { count($0) < count($1) }) else { return }
        for site in sites {
            guard !site.contains(where: { $0.neighbor.holdTime == usual }), let session = site.first else { continue }
            report(
                .holdTimeDiffers, at: session.way + ["hold-time"],
                "a host of \(session.site.name) that falls silent is noticed after \(session.neighbor.holdTime.text), at other "
                    + "sites after \(usual.text)",
                instead: "hold-time: \(usual.text)")
        }
    }

    /// One AS at several sites.
    private mutating func lintTwins() {
        var seen: [Audience: [Session]] = [:]
        for session in externals {
            let twin = seen[Audience(session)]?.first {
                $0.neighbor.role == session.neighbor.role && $0.site.name != session.site.name
            }
            // The first two sites that an AS hears from are enough to compare with.
            let known = seen[Audience(session), default: []]
            if known.count < 2, !known.contains(where: { $0.site.name == session.site.name }) {
                seen[Audience(session), default: []].append(session)
            }
            guard let twin, let key = twin.neighbor.difference(from: session.neighbor, also: []) else { continue }
            let way = session.says([.key(key)]) ? session.way + [.key(key)] : session.way
            report(
                .twinDiffers, at: way,
                "\(session.text) and \(twin.text) are one AS and have other values of \(key): it treats the two sites "
                    + "differently",
                instead: "\(key) as at \(twin.site.name), or accept the finding and say why")
        }
    }

    /// What is meant for one family is meant for the other, unless somebody says so.
    private mutating func lintFamilies(of own: [Session]) {
        for (index, session) in own.enumerated() {
            let others = own[..<index].filter { $0.neighbor.asn == session.neighbor.asn && $0.family != session.family }
            guard let other = others.first, own.count(where: { $0.isLike(session) }) == 1, others.count == 1,
                let key = other.neighbor.difference(from: session.neighbor, also: ["prepend", "med", "standby"])
            else { continue }
            let way = session.says([.key(key)]) ? session.way + [.key(key)] : session.way
            report(
                .familiesDiffer, at: way,
                "\(session.text) has \(key.hasSuffix("communities") ? "other" : "another") \(key) over \(session.family.spoken) than over \(other.family.spoken) "
                    + "(\(other.neighbor.name)): clients of the two families land on different sites",
                instead: "\(key) as at \(other.neighbor.name), or accept the finding and say why")
        }
    }
}

extension Session {
    fileprivate func isLike(_ other: Self) -> Bool { neighbor.asn == other.neighbor.asn && family == other.family }
}

extension Neighbor {
    /// The first key in which two neighbors are told different things: scope, communities, states, and `also`.
    fileprivate func difference(from other: Self, also keys: Set<String>) -> String? {
        let all: [(key: String, isSame: Bool)] = [
            ("scope", scope == other.scope), ("communities", Set(communities) == Set(other.communities)),
            ("large-communities", Set(largeCommunities) == Set(other.largeCommunities)),
            ("healthy", states.healthy == other.states.healthy), ("degraded", states.degraded == other.states.degraded),
            ("drain", states.draining == other.states.draining),
            ("prepend", prepend == other.prepend || !keys.contains("prepend")),
            ("med", med == other.med || !keys.contains("med")),
            ("standby", isStandby == other.isStandby || !keys.contains("standby")),
        ]
        return all.first { !$0.isSame }?.key
    }
}
