import Control

/// What an order did at this host, for programs (docs/json.md) and for people.
struct Operated: Codable, Sendable {
    static let schema = "landfall.act/1"

    var schema = Self.schema
    var dryRun: Bool
    var effect: String
    var act: History.Act?
    var saved: Bool?

    init(_ answer: OrderAnswer, _ dryRun: Bool) {
        (effect, act, saved, self.dryRun) = (answer.effect, answer.act, answer.saved, dryRun)
    }

    func give(_ invocation: Invocation) -> Exit {
        invocation.give(self, effect.fitted(to: Terminal.screenWidth))
        invocation.warn(unlessSaved: saved)
        return .done
    }
}

/// The same at every host of a site.
struct SiteOperated: Codable, Sendable {
    static let schema = "landfall.acts/1"

    var schema = Self.schema
    var ok = true
    var dryRun: Bool
    var hosts: [Host] = []

    init(dryRun: Bool) { self.dryRun = dryRun }

    struct Host: Codable, Sendable {
        var site: String
        var host: String
        var effect: String?
        var act: Int?
        /// Why nothing was done there.
        var reason: String?
    }

    mutating func note(_ member: Fleet.Member, _ answer: Fleet.Answer<Operated>) {
        var host = Host(site: member.site, host: member.host)
        switch answer {
        case .document(let done): (host.effect, host.act) = (done.effect, done.act?.number)
        case .unreached(let reason): (host.reason, ok) = (reason, false)
        }
        hosts.append(host)
    }

    func give(_ invocation: Invocation) -> Exit {
        let lines = hosts.map { "\($0.host) (\($0.site)): \($0.effect ?? $0.reason ?? "")" }
        invocation.give(self, lines.joined(separator: "\n").fitted(to: Terminal.screenWidth))
        let away = hosts.filter { $0.effect == nil }.map(\.host).joined(separator: ", ")
        if !ok { Terminal.say("landfall: \(invocation.verb.name): nothing was done at \(away)") }
        return ok ? .done : .expectationFailed
    }
}
