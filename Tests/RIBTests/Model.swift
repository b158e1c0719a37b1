import BGP
import Net
import RIB

/// A RIB as one would write it without caring for time or memory: dictionaries, and every answer found anew. Written from
/// the RFCs, with nothing of the engine in it.
struct Model {
    struct Peer {
        var asn: UInt32
        var last: UInt8
        var isInternal: Bool { asn == 65000 }
        var imports: Rules
        var exports: Rules
        var isUp = true
        var routes: [Prefix: PathAttributes] = [:]
    }

    /// Policies that the model understands.
    enum Rules: Int, CaseIterable {
        case all, none, shortPrefixes, untagged, prepended, preferred
    }

    var peers: [Peer]

    // MARK: Import

    func accepted(_ prefix: Prefix, _ index: Int) -> PathAttributes? {
        guard var route = peers[index].routes[prefix] else { return nil }
        let path = route.asPath?.segments.flatMap(\.members) ?? []
        guard !path.contains(ASN(65000)) else { return nil }
        if !peers[index].isInternal, path.first != ASN(peers[index].asn) { return nil }
        return apply(peers[index].imports, prefix, peers[index].isInternal ? nil : peers[index].asn, &route)
            ? route : nil
    }

    /// `asn` is what prepending adds; nil: nothing.
    private func apply(_ rules: Rules, _ prefix: Prefix, _ asn: UInt32?, _ route: inout PathAttributes) -> Bool {
        switch rules {
        case .all: return true
        case .none: return false
        case .shortPrefixes: return prefix.length <= 24
        case .untagged: return !route.communities.contains(Community(1, 1))
        case .prepended:
            let more = asn.map { [ASN($0), ASN($0)] } ?? []
            route.asPath = ASPath(sequence: more + (route.asPath?.segments.flatMap(\.members) ?? []))
            return true
        case .preferred:
            route.localPref = 200
            return true
        }
    }

    // MARK: Decision

    func best(_ prefix: Prefix) -> (peer: Int, route: PathAttributes)? {
        var left = peers.indices.compactMap { index in accepted(prefix, index).map { (peer: index, route: $0) } }
        func keep(_ value: ((peer: Int, route: PathAttributes)) -> Int) {
            let lowest = left.map(value).min()
            left = left.filter { value($0) == lowest }
        }
        keep { -Int($0.route.localPref ?? 100) }
        keep { $0.route.asPath?.length ?? 0 }
        keep { Int($0.route.origin?.rawValue ?? 2) }
        let before = left
        left = left.filter { candidate in
            !before.contains { rival in
                rival.route.asPath?.segments.first?.members.first
                    == candidate.route.asPath?.segments.first?.members.first
                    && rival.route.med ?? 0 < candidate.route.med ?? 0
            }
        }
        keep { peers[$0.peer].isInternal ? 1 : 0 }
        keep { Int(peers[$0.peer].last) }
        return left.first
    }

    // MARK: Export

    func told(_ prefix: Prefix, to index: Int) -> Heard? {
        guard let (source, found) = best(prefix), source != index else { return nil }
        let (listener, origin) = (peers[index], peers[source])
        guard !(listener.isInternal && origin.isInternal) else { return nil }
        var route = found
        guard !route.communities.contains(.noAdvertise) else { return nil }
        guard listener.isInternal || !route.communities.contains(.noExport) else { return nil }
        if !listener.isInternal { (route.med, route.localPref) = (nil, nil) }
        guard apply(listener.exports, prefix, listener.isInternal ? nil : 65000, &route) else { return nil }
        let hop = listener.isInternal ? route.nextHop : Stage.ownV4
        route.nextHop = nil
        if listener.isInternal {
            route.localPref = route.localPref ?? 100
        } else {
            if listener.exports == .preferred { route.localPref = nil }
            route.asPath = ASPath(sequence: [ASN(65000)] + (route.asPath?.segments.flatMap(\.members) ?? []))
        }
        return Heard(attributes: route, nextHops: hop.map { [$0] } ?? [])
    }
}

extension Model.Rules {
    var policy: Policy {
        switch self {
        case .all: .acceptAll
        case .none: Policy("none")
        case .shortPrefixes:
            Policy("short", [.init("short", when: [.prefixes(PolicyTests.prefixes("0.0.0.0/0", 0...24))], .accept)])
        case .untagged:
            Policy(
                "untagged", [.init("tagged", when: [.community(.init(Community(1, 1)))], .reject)], otherwise: .accept)
        case .prepended: Policy("prepended", [.init("prepend", then: [.prepend(2)], .accept)])
        case .preferred: Policy("preferred", [.init("prefer", then: [.localPref(200)], .accept)])
        }
    }
}
