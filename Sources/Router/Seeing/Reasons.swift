internal import BGP
internal import Control
internal import Net
internal import RIB

/// Why a route is used, dropped, or told: a word for programs, and a sentence for people.

extension RouteAnswer {
    mutating func explain(_ standing: RouteView.Standing, _ id: NeighborID, _ seeing: Seeing) {
        switch standing {
        case .best: (state, reason) = (.best, "in use")
        case .shares: (state, reason) = (.multipath, "in use beside the best")
        case .lost(let step, let winner):
            (state, self.step, letter) = (.lost, step.code, step.letter.map(String.init))
            lostTo = seeing.name(winner)
            let other = winner == id ? "another path of its own" : lostTo ?? "our own route"
            reason = "lost\(step.letter.map { " at (\($0))" } ?? "") to \(other): \(step)"
        case .nextHopUnreachable(let hops):
            let list = hops.map { seeing.text($0, id) }.joined(separator: ", ")
            (state, reason) = (.unreachable, list.isEmpty ? "it has no next hop" : "next hop \(list) is out of reach")
        case .dropped(let drop):
            (state, check, reason) = (.dropped, drop.code, drop.text)
            if case .policy(let name, let rule) = drop { (policy, self.rule) = (name, rule) }
        case .pending: (state, reason) = (.pending, "not decided yet: a policy has changed")
        }
    }

    mutating func explain(_ silence: Silence) {
        (check, reason) = (silence.code, silence.text)
        if case .policy(let name, let rule) = silence { (policy, self.rule) = (name, rule) }
    }
}

extension Drop {
    /// `check` of an answer.
    var code: String {
        switch self {
        case .pathLoop: "as-path-loop"
        case .reflectionLoop: "reflection-loop"
        case .otherFirstAS: "first-as"
        case .set: "as-set"
        case .leak: "route-leak"
        case .longPath: "long-path"
        case .manyCommunities: "many-communities"
        case .ownNextHop: "own-next-hop"
        case .martianNextHop: "martian-next-hop"
        case .distantNextHop: "distant-next-hop"
        case .martian: "martian"
        case .ownAddress: "own-address"
        case .blackhole: "blackhole"
        case .tooLong: "too-long"
        case .noPolicy: "no-policy"
        case .policy: "policy"
        }
    }

    var text: String {
        switch self {
        case .pathLoop: "our own AS is in the path"
        case .reflectionLoop: "it left from here: the originator or a cluster of its list is ours (RFC 4456)"
        case .otherFirstAS(nil): "the path doesn't begin with the neighbor's AS"
        case .otherFirstAS(let asn?): "the path begins with \(asn), not with the neighbor's AS"
        case .set: "a set in the path (RFC 9774)"
        case .leak(let asn): "a leak: since \(asn) it may only go to customers (RFC 9234)"
        case .longPath(let count, let limit): "\(count) ASes in the path, more than \(limit)"
        case .manyCommunities(let count, let limit): "\(count) communities, more than \(limit)"
        case .ownNextHop(let hop): "its next hop \(hop) is an address of ours"
        case .martianNextHop(let hop):
            "nothing can be sent to its next hop \(hop): loopback or reserved (RFC 4271 §6.3)"
        case .martian: "no router forwards to such addresses: loopback, link-local, multicast or reserved (RFC 6890)"
        case .distantNextHop(let hop):
            "its next hop \(hop) isn't on the link to this neighbor (RFC 4271 §5.1.3); next-hop-on-link: false allows that"
        case .ownAddress: "the prefix is an address of this router"
        case .blackhole:
            "it asks to discard its packets, and that isn't agreed with this neighbor (RFC 7999 §3.3); blackhole: true does"
        case .tooLong: "with what the import policy adds, its attributes fit no message (RFC 8654 §4)"
        case .noPolicy: "there is no import policy for this neighbor (RFC 8212)"
        case .policy(let name, let rule): policyText(name, rule)
        }
    }
}

extension Silence {
    var code: String {
        switch self {
        case .source: "source"
        case .otherFamily: "family"
        case .notReflected: "not-reflected"
        case .community: "community"
        case .onlyToCustomer: "only-to-customer"
        case .noPolicy: "no-policy"
        case .policy: "policy"
        case .noNextHop: "no-next-hop"
        case .tooLong: "too-long"
        }
    }

    var text: String {
        switch self {
        case .source: "it came from there"
        case .otherFamily: "the session doesn't carry this family"
        case .notReflected: "it came from inside our AS, and we are no route reflector"
        case .community(let community): "it has the community \(community)"
        case .onlyToCustomer: "it may only go to customers (RFC 9234)"
        case .noPolicy: "there is no export policy for this neighbor (RFC 8212)"
        case .policy(let name, let rule): policyText(name, rule)
        case .noNextHop: "there is no next hop to give: no address of ours, or one that is link-local and would stay"
        case .tooLong(let bytes, let limit):
            "its attributes make a message of \(bytes) bytes, and one to it has \(limit) at most (RFC 8654 §4)"
        }
    }
}

private func policyText(_ name: String, _ rule: String?) -> String {
    rule.map { "policy \(name), rule \($0)" } ?? "policy \(name): no rule accepts it"
}

extension DecisionStep {
    /// `step` of an answer.
    var code: String {
        switch self {
        case .local: "local"
        case .localPref: "local-pref"
        case .pathLength: "as-path-length"
        case .origin: "origin"
        case .med: "med"
        case .external: "external"
        case .interiorCost: "interior-cost"
        case .routerID: "router-id"
        case .clusterList: "cluster-list"
        case .neighborAddress: "neighbor-address"
        case .pathID: "path-id"
        }
    }

    /// As it reads after "prefers …".
    var prefers: String {
        switch self {
        case .local: "our own routes"
        case .localPref: "the highest local preference"
        case .pathLength: "the shortest AS path"
        case .origin: "the best origin"
        case .med: "the lowest MED within a neighboring AS"
        case .external: "routes from other ASes"
        case .interiorCost: "the nearest next hop"
        case .routerID: "the lowest router ID"
        case .clusterList: "the shortest cluster list"
        case .neighborAddress: "the lowest neighbor address"
        case .pathID: "the lowest path identifier"
        }
    }

    /// What it compares.
    func value(of contender: Contender) -> String {
        switch self {
        case .local: contender.neighbor == .local ? "our own" : "learned"
        case .localPref: "\(contender.localPref)"
        case .pathLength: "\(contender.pathLength)"
        case .origin: contender.origin.word
        case .med: "\(contender.med) (\(contender.neighborAS))"
        case .external: contender.isExternal ? "another AS" : "our AS"
        case .interiorCost: "\(contender.cost)"
        case .routerID: "\(contender.routerID)"
        case .clusterList: "\(contender.clusters)"
        case .neighborAddress: "\(contender.address)"
        case .pathID: "\(contender.pathID)"
        }
    }
}

extension Origin {
    var word: String {
        switch self {
        case .igp: "IGP"
        case .egp: "EGP"
        default: "incomplete"
        }
    }
}
