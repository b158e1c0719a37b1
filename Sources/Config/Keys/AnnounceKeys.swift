import Announce
import Net
import YAML

/// `announce`: the policy, and what sites may say otherwise.
struct AnnounceDraft: Sendable {
    var policy = Policy()
    var isAnchor = false
    var covers: [Prefix] = []

    init() {}

    init?(keys: inout Keys) {
        let usual = Policy()
        policy.holdDown = keys.optional("hold-down", .duration(.zero ... .seconds(86400)), default: usual.holdDown)
        policy.withdrawWait = keys.optional(
            "withdraw-wait", .duration(.zero ... .seconds(60)), default: usual.withdrawWait)
        policy.require = keys.optional("require", .choice(Policy.Requirement.self))
        policy.penalty = keys.optional("penalty", record { Penalty.Policy(keys: &$0) }) ?? usual.penalty
        policy.states.healthy = keys.optional("healthy", .attributes) ?? usual.states.healthy
        policy.states.degraded = keys.optional("degraded", .attributes) ?? usual.states.degraded
        policy.states.standby = keys.optional("standby", .attributes(usual.states.standby)) ?? usual.states.standby
        let drain = keys.optional("drain", record("{wait: 30s, prepend: 3, …}") { DrainDraft(keys: &$0) })
        policy.drain = drain?.policy ?? usual.drain
        policy.states.draining = drain?.attributes ?? usual.states.draining
        policy.load = keys.optional("load", record("{above: 0.9, below: 0.6}") { LoadStep.Marks(keys: &$0) })
        policy.displaced = keys.optional(
            "displaced-load", record("{file: displaced-load.yaml}") { DisplacedLoads.Source(keys: &$0) })
        isAnchor = keys.optional("anchor", .flag, default: false)
        covers = keys.optional("cover", list(of: .prefix)) ?? []
    }
}

/// How long a drain takes, and what its routes look like.
private struct DrainDraft: Sendable {
    var policy = Drain.Policy()
    var attributes: Attributes

    init?(keys: inout Keys) {
        policy.wait = keys.optional("wait", .duration(.zero ... .seconds(3600)), default: policy.wait)
        policy.stopWait = keys.optional("stop-wait", .duration(.zero ... .seconds(3600)), default: policy.stopWait)
        attributes = Attributes(draining: &keys)
    }
}

extension LoadStep.Marks {
    fileprivate init?(keys: inout Keys) {
        self.init(
            above: keys.optional("above", .decimal(0.01...10), default: 0.9),
            below: keys.optional("below", .decimal(0.01...10), default: 0.6))
        if below >= above {
            keys.refuse("below", "\(below) is not below above, \(above): every change would be a step")
        }
    }
}

extension DisplacedLoads.Source {
    fileprivate init?(keys: inout Keys) {
        let path = keys.required("file", .path("the path of a table that landfall plan made", in: keys.reading.folder))
        let age = keys.optional(
            "max-age", .duration(.seconds(60) ... .seconds(365 * 86_400)), default: .seconds(720 * 3600))
        guard let path else { return nil }
        self.init(path: path, maxAge: age)
    }
}

extension Penalty.Policy {
    fileprivate init?(keys: inout Keys) {
        self.init()
        halfLife = keys.optional("half-life", .duration(.seconds(1) ... .seconds(86400)), default: halfLife)
        suppress = keys.optional("suppress", .decimal(0.1...1000), default: suppress)
        reuse = keys.optional("reuse", .decimal(0.1...1000), default: reuse)
        cap = keys.optional("cap", .decimal(0.1...1000), default: cap)
        if reuse >= suppress {
            keys.refuse("reuse", "\(reuse) is not below suppress, \(suppress): nothing would ever be withheld")
        }
        if cap < suppress {
            keys.refuse("cap", "\(cap) is below suppress, \(suppress): nothing would ever be withheld")
        }
    }
}

extension Kind where Value == Attributes {
    static var attributes: Kind { attributes(Attributes()) }

    static func attributes(_ usual: Attributes) -> Kind {
        record("{prepend: …, med: …, communities: […], large-communities: […]}") { Attributes(keys: &$0, usual) }
    }

    /// With GRACEFUL_SHUTDOWN (RFC 8326), unless the file says otherwise.
    static var drainAttributes: Kind {
        record("{prepend: …, med: …, communities: […], large-communities: […]}") { Attributes(draining: &$0) }
    }
}

extension Attributes {
    fileprivate init(keys: inout Keys, _ usual: Attributes) {
        self.init()
        prepend = keys.optional("prepend", .number(0...16), default: usual.prepend)
        med = keys.optional("med", .number(0...UInt32.max))
        localPref = keys.optional("local-pref", .number(0...UInt32.max)) ?? usual.localPref
        communities = keys.optional("communities", list(of: .community)) ?? []
        largeCommunities = keys.optional("large-communities", list(of: .largeCommunity)) ?? []
    }

    fileprivate init(draining keys: inout Keys) {
        self.init(keys: &keys, StateAttributes().draining)
        let isGraceful = keys.optional("graceful-shutdown", .flag, default: true)
        if isGraceful, !communities.contains(.gracefulShutdown) { communities.insert(.gracefulShutdown, at: 0) }
    }
}
