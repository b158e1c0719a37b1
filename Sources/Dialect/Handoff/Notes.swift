internal import Net

/// What operators of any platform have to know and no statement says, a paragraph each.
extension Handoff {
    var notes: [String] { [purpose, origination, passing, preference, security] + several + ports }

    private var purpose: String {
        let list = prefixes.map(\.description).joined(separator: ", ")
        let whose = isInternal ? "your own AS\(origin.rawValue)" : "\(origin)"
        return "Accepts exactly \(list) from \(whose), and tells it nothing."
    }

    /// The one mistake that takes anycast apart: a route that stays when the site has withdrawn.
    private var origination: String {
        """
        Never originate these prefixes yourself: no static route, no aggregate, no network statement. When the site \
        withdraws, the route must go, so that traffic finds another site.
        """
    }

    private var passing: String {
        let tags = communities.map { "\($0.value) (\($0.when))" }.joined(separator: ", ")
        let carried = tags.isEmpty ? "Routes carry no communities." : "Routes carry \(tags)."
        let inside = """
            Routes from inside an AS are told to no other router inside it: this one has to reflect them, or every router \
            has a session of its own.
            """
        let onward = """
            Pass them on to your upstreams with all communities, standard and large, and pass on routes whose local \
            preference is 0: with GRACEFUL_SHUTDOWN (65535:0, RFC 8326) a drain is heard behind you, too. NO_EXPORT \
            keeps routes inside your AS; routers do that by themselves.
            """
        return carried + " " + (isInternal ? inside : onward)
    }

    private var preference: String {
        let metric =
            hasMED
            ? "Routes carry a MED, which compares several links to \(origin): leave it as it is." : "No MED is sent."
        guard let relation else { return "The preference that routes come with is kept. " + metric }
        return """
            The local preference \(relation.localPreference) stands for what you give to routes of a \(relation): use your \
            own. \(metric)
            """
    }

    private var security: String { "\(distance)\(timeToLive) \(password)" }

    private var distance: String {
        guard let hops = sessions.compactMap(\.hops).max() else { return "Hosts and router share a link." }
        return "Hosts and router are up to \(hops) \(hops == 1 ? "hop" : "hops") apart."
    }

    private var timeToLive: String {
        let secured = sessions.filter(\.hasTTLSecurity)
        guard secured.isEmpty else {
            let whose = secured.count == sessions.count ? "" : " of \(names(secured))"
            return " Packets\(whose) come with a TTL of 255, and hosts drop those that don't (GTSM, RFC 5082)."
        }
        return isInternal || !sessions.compactMap(\.hops).isEmpty
            ? "" : " Packets come with a TTL of 1, so GTSM (TTL security) would refuse them."
    }

    private var password: String {
        let secured = sessions.filter(\.hasPassword)
        guard let first = secured.first else { return "There is no TCP-MD5 or TCP-AO password, and no BFD." }
        let whose = secured.count == sessions.count ? "" : " of \(names(secured))"
        return """
            What is sent\(whose) is signed (TCP-MD5, RFC 2385): put the password that you agreed on in the place of \
            \(first.passwordPlaceholder)\(Set(secured.map(\.passwordPlaceholder)).count > 1 ? " and the like" : ""). There is no BFD.
            """
    }

    private func names(_ sessions: [Session]) -> String {
        sessions.map { plain($0.neighbor) }.unique.joined(separator: " and ")
    }

    private var several: [String] {
        guard hasSeveralRouters else { return [] }
        return [
            """
            These sessions end at several addresses of a family, which are several routers as a rule. What all of them \
            need comes first, then a part for each address: a router takes the first and those of its own addresses, and \
            leaves the others out.
            """
        ]
    }

    private var ports: [String] {
        let unusual = sessions.filter { $0.port != 179 }
        let waiting = sessions.filter(\.isPassive)
        return [
            unusual.isEmpty
                ? nil
                : "Expected to listen elsewhere than at port 179: "
                    + unusual.map { "\($0.routerAddress) at \($0.port)" }.unique.joined(separator: ", ") + ".",
            waiting.isEmpty
                ? nil
                : "The host waits, so your router has to connect: "
                    + waiting.map { "to \($0.hostText)" }.unique.joined(separator: ", ") + ".",
        ].compactMap(\.self)
    }

    /// How flows are spread on Linux, whatever speaks BGP there. With only one of the two, one family is spread by
    /// addresses alone.
    static let sysctls = """
             net.ipv4.fib_multipath_hash_policy = 1
             net.ipv6.fib_multipath_hash_policy = 1
        """
}

extension Array where Element: Hashable {
    /// Each once, in order.
    var unique: [Element] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
