internal import Announce
internal import Health
internal import Net

/// One key of the file with its value as text, so that two values can be held against each other and a difference be
/// said in the file's own words.
struct Field: Hashable, Sendable {
    var key: String
    var text: String
    /// Without what nobody should read.
    var shown: String

    init(_ key: String, _ text: String?) { (self.key, self.text, shown) = (key, text ?? "none", text ?? "none") }
    init(_ key: String, _ span: Duration?) { self.init(key, span?.text) }
    init(_ key: String, _ number: some BinaryInteger) { self.init(key, "\(number)") }
    init(_ key: String, _ flag: Bool) { self.init(key, flag ? "true" : "false") }
    init<Value>(_ key: String, _ list: [Value]) {
        self.init(key, list.isEmpty ? nil : "[" + list.map { "\($0)" }.joined(separator: ", ") + "]")
    }

    init(_ key: String, command: [String]) {
        self.init(key, command)
        shown = Field(key, Secrets.hidden(in: command)).text
    }

    /// A password, or the file that has it.
    fileprivate init(_ key: String, _ password: SessionLink.Password?) {
        switch password {
        case nil: self.init(key, String?.none)
        case .file(let path): self.init(key, "in " + path)
        case .text(let secret):
            self.init(key, String(decoding: secret.bytes, as: UTF8.self))
            shown = "\(secret)"
        }
    }

    /// `prepend 0 → 2`, of every field that differs.
    static func differences(_ old: [Field], _ new: [Field]) -> [String] {
        zip(old, new).filter { $0 != $1 }.map { "\($0.key) \($0.shown) → \($1.shown)" }
    }
}

extension Neighbor {
    /// What a session is opened with: another value is another session. Beside its own keys, what the site and the host
    /// bring along.
    func sessionFields(_ site: Site, _ host: Host) -> [Field] {
        [
            Field("address", "\(address)"), Field("port", port), Field("asn", "\(asn.rawValue)"),
            Field("passive", passive), Field("hold-time", holdTime), Field("our asn", "\(site.asn.rawValue)"),
            Field("router-id", "\(host.routerID)"),
            Field("our address", host.address(address.family).map { "\($0)" }),
            Field("multihop", link.hops.map { "\($0)" }), Field("ttl-security", link.ttlSecurity),
            Field("password", link.password), Field("max-prefixes", maxPrefixes), Field("strict-role", isStrict),
        ]
    }

    /// What its routes look like.
    var routeFields: [Field] {
        [
            Field("role", role.rawValue), Field("scope", scope.rawValue), Field("standby", isStandby),
            Field("prepend", prepend), Field("med", med.map { "\($0)" }), Field("communities", communities),
            Field("local-pref", localPref.map { "\($0)" }), Field("large-communities", largeCommunities),
            Field("healthy", states.healthy?.text),
            Field("degraded", states.degraded?.text), Field("drain", states.draining?.text),
        ]
    }
}

extension Check {
    /// Beside what is asked, which is most of its name.
    var fields: [Field] {
        [
            Field("every", every), Field("timeout", timeout), Field("fast", fast), Field("rise", policy.rise),
            Field("fall", policy.fall), Field("lease", policy.lease), Field("slow", policy.slow),
            Field("reach", policy.reach.rawValue), Field("disable", disable), Field("neighbor", neighbor),
        ]
    }
}

extension Service {
    /// Beside its addresses, its checks and how it is served.
    var fields: [Field] {
        [
            Field("anchor", isAnchor.map { $0 ? "true" : "false" }),
            Field("capacity.queries", capacity.map { "\($0)" }),
        ]
    }
}

extension DNSServe {
    var fields: [Field] {
        [
            Field("port", port), Field("threads", threads), Field("identity", identity), Field("version", version),
            Field("same-data", sameData.map { "{every: \($0.every.text), after: \($0.after.text)}" }),
            Field("signature-margin", signatureMargin), Field("tcp.connections", tcp.connections),
            Field("tcp.per-client", tcp.perClient), Field("tcp.idle", tcp.idle),
        ]
    }
}

extension Policy {
    var fields: [Field] {
        [
            Field("hold-down", holdDown), Field("withdraw-wait", withdrawWait), Field("require", require?.rawValue),
            Field("penalty", penalty.text), Field("healthy", states.healthy.text),
            Field("degraded", states.degraded.text), Field("standby", states.standby.text),
            Field("drain", states.draining.text), Field("drain.wait", drain.wait),
            Field("drain.stop-wait", drain.stopWait),
            Field("load", load.map { "{above: \($0.above), below: \($0.below)}" }),
            Field("displaced-load", displaced.map { "{file: \($0.path), max-age: \($0.maxAge.text)}" }),
        ]
    }
}

extension Hooks {
    var fields: [Field] {
        Moment.allCases.map { moment in
            Field(moment.rawValue, command: all.first { $0.moment == moment }?.command ?? [])
        } + [
            Field("timeout", timeout), Field("at-once", atOnce),
        ]
    }
}

extension Network {
    var metricsFields: [Field] {
        let place: String? =
            switch metrics?.listening {
            case .loopback: "loopback"
            case .unicast: "unicast"
            case .addresses(let addresses): Field("", addresses).text
            case nil: nil
            }
        return [Field("port", metrics.map { "\($0.port)" }), Field("listen", place)]
    }
}

extension Site {
    var fields: [Field] {
        [
            Field("anchor", isAnchor), Field("standby", isStandby),
            Field("capacity.bits", capacity.bitsPerSecond.map { "\($0)" }),
            Field("capacity.queries", capacity.queriesPerSecond.map { "\($0)" }),
            Field("several hosts", hasSeveralHosts),
        ]
    }
}

extension Penalty.Policy {
    fileprivate var text: String {
        "{half-life: \(halfLife.text), suppress: \(suppress), reuse: \(reuse), cap: \(cap)}"
    }
}

extension Attributes {
    /// As the file writes them: `{prepend: 3, communities: [graceful-shutdown]}`.
    fileprivate var text: String {
        let parts = [
            prepend == 0 ? nil : "prepend: \(prepend)", med.map { "med: \($0)" },
            communities.isEmpty ? nil : "communities: \(Field("", communities).text)",
            largeCommunities.isEmpty ? nil : "large-communities: \(Field("", largeCommunities).text)",
        ]
        return "{" + parts.compactMap(\.self).joined(separator: ", ") + "}"
    }
}
