internal import Net

/// What `nft --json list ruleset` says, as far as connection tracking goes (libnftables-json(5)).
package struct Ruleset: Hashable, Sendable {
    /// Rules that make the kernel track flows, in words.
    package private(set) var trackers: [String] = []
    private var exemptions: [Exemption] = []

    /// A rule that takes packets out of tracking before it begins.
    fileprivate struct Exemption: Hashable {
        /// `prerouting` or `output`; nil: in a chain that others jump to.
        var hook: String?
        var family: String
        var conditions: [JSONValue]
    }

    /// Every rule of a hook that comes before tracking has a lower priority than this (NF_IP_PRI_CONNTRACK).
    private static let trackingPriority = -200

    private struct Chain {
        var hook: String?
        var priority: Int
    }

    package init?(_ document: JSONValue) {
        guard let items = document["nftables"]?.list else { return nil }
        var chains: [String: Chain] = [:]
        for chain in items.compactMap({ $0["chain"] }) {
            chains[Self.place(of: chain, "name")] = Chain(
                hook: chain["hook"]?.text, priority: chain["prio"]?.integer ?? 0)
        }
        for rule in items.compactMap({ $0["rule"] }) { take(rule, chains[Self.place(of: rule, "chain")]) }
    }

    private static func place(of item: JSONValue, _ name: String) -> String {
        ["family", "table"].map { item[$0]?.text ?? "?" }.joined(separator: " ") + " " + (item[name]?.text ?? "?")
    }

    private mutating func take(_ rule: JSONValue, _ chain: Chain?) {
        let parts = rule["expr"]?.list ?? []
        if parts.contains(where: Self.isNotrack) {
            guard chain?.hook == nil || (chain?.priority ?? 0) < Self.trackingPriority else { return }
            let conditions = parts.filter { !Self.isNotrack($0) && $0["counter"] == nil }
            exemptions.append(
                Exemption(hook: chain?.hook, family: rule["family"]?.text ?? "", conditions: conditions))
        } else if parts.contains(where: Self.tracks) {
            trackers.append("nft: \(Self.place(of: rule, "chain")) handle \(rule["handle"]?.integer ?? 0)")
        }
    }

    private static func isNotrack(_ part: JSONValue) -> Bool {
        part["notrack"] != nil || ["CT", "NOTRACK"].contains(part["xt"]?["name"]?.text)
    }

    private static let trackingKeys: Set = [
        "ct", "ct helper", "ct timeout", "ct expectation", "ct count", "masquerade", "snat", "dnat", "redirect", "flow",
    ]
    /// Of rules that iptables wrote.
    private static let trackingExtensions: Set = [
        "conntrack", "state", "connmark", "connlimit", "connbytes", "helper", "CONNMARK", "MASQUERADE", "SNAT", "DNAT",
        "REDIRECT", "NETMAP",
    ]

    private static func tracks(_ part: JSONValue) -> Bool {
        part.has(anyOf: trackingKeys) || part["xt"]?["name"]?.text.map { trackingExtensions.contains($0) } == true
    }
}

/// Whether something holds, as far as it can be told.
package enum Certainty: Hashable, Sendable { case yes, no, unclear }

extension Ruleset {
    /// Whether packets to a service's port, and answers from it, are taken out of tracking: both have to be, or the answer
    /// makes an entry of its own.
    package func exempts(_ service: ServicePort) -> Certainty {
        let both = ["prerouting", "output"].map { hook in
            let found = exemptions.filter { $0.hook == hook || $0.hook == nil }.map { exemption in
                let result = exemption.covers(service, isAnswer: hook == "output")
                return exemption.hook == nil && result == .yes ? .unclear : result
            }
            return found.contains(.yes) ? Certainty.yes : found.contains(.unclear) ? .unclear : .no
        }
        return both.contains(.no) ? .no : both.contains(.unclear) ? .unclear : .yes
    }
}

extension Ruleset.Exemption {
    fileprivate func covers(_ service: ServicePort, isAnswer: Bool) -> Certainty {
        let family = service.address.family == .ipv4 ? "ip" : "ip6"
        guard ["inet", family].contains(self.family) else { return .no }
        let results = conditions.map { condition in
            condition["match"].map { match(service, isAnswer: isAnswer, $0) } ?? .unclear
        }
        return results.contains(.no) ? .no : results.contains(.unclear) ? .unclear : .yes
    }

    private func match(_ service: ServicePort, isAnswer: Bool, _ match: JSONValue) -> Certainty {
        guard let right = match["right"], let left = match["left"], let fact = fact(service, isAnswer: isAnswer, left)
        else { return .unclear }
        let holds = right.contains(fact)
        switch match["op"]?.text {
        case "==", "in": return holds
        case "!=": return holds == .yes ? .no : holds == .no ? .yes : .unclear
        default: return .unclear
        }
    }

    /// What a packet of the service has in the place that a rule looks at; nil where packets differ.
    private func fact(_ service: ServicePort, isAnswer: Bool, _ left: JSONValue) -> JSONValue.Fact? {
        if left["meta"]?["key"]?.text == "l4proto" { return .word(service.transport.rawValue) }
        guard let payload = left["payload"], let header = payload["protocol"]?.text, let field = payload["field"]?.text
        else { return nil }
        switch (header, field) {
        case ("udp", _), ("tcp", _), ("th", _):
            // A rule of the other transport never matches.
            guard header == "th" || header == service.transport.rawValue else { return .never }
            return field == (isAnswer ? "sport" : "dport") ? .number(Int(service.port)) : nil
        case ("ip", "protocol"), ("ip6", "nexthdr"): return .word(service.transport.rawValue)
        case ("ip", _), ("ip6", _):
            return field == (isAnswer ? "saddr" : "daddr") ? .address(service.address) : nil
        default: return nil
        }
    }
}

extension JSONValue {
    fileprivate enum Fact { case number(Int), word(String), address(Address), never }

    /// Whether it is that value, or a set, a range or a prefix around it.
    fileprivate func contains(_ fact: Fact) -> Certainty {
        if case .never = fact { return .no }
        if let set = self["set"]?.list ?? list {
            let results = set.map { $0.contains(fact) }
            return results.contains(.yes) ? .yes : results.contains(.unclear) ? .unclear : .no
        }
        switch fact {
        case .number(let number): return holds(number)
        case .word(let word): return text.map { $0 == word ? .yes : .no } ?? .unclear
        case .address(let address): return holds(address)
        case .never: return .no
        }
    }

    private func holds(_ number: Int) -> Certainty {
        if let own = integer { return own == number ? .yes : .no }
        let ends = self["range"]?.list?.map(\.integer)
        guard let ends, ends.count == 2, let low = ends[0], let high = ends[1] else { return .unclear }
        return low <= number && number <= high ? .yes : .no
    }

    private func holds(_ address: Address) -> Certainty {
        if let own = text.flatMap({ Address($0) }) { return own == address ? .yes : .no }
        guard let prefix = self["prefix"], let base = prefix["addr"]?.text.flatMap({ Address($0) }),
            let length = prefix["len"]?.integer, let whole = Prefix(base, length: length)
        else { return .unclear }
        return whole.contains(address) ? .yes : .no
    }
}
