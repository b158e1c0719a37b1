import Announce
import Control

/// What `landfall drain` did, for programs (`--json`, docs/json.md) and for people.
struct DrainReport: Codable, Sendable {
    static let schema = "landfall.drain/1"

    var schema = Self.schema
    var ok = true
    var dryRun = false
    var hosts: [Host] = []
    /// Prefixes that are gone from there in the end, so that others must be confirmed as announcing them.
    var takesAway: [String] = []
    /// Whether anything is announced there now that it is about.
    var isAnnounced = true
    var confirmed: [Witness] = []
    var unconfirmed: [Witness] = []
    /// Why it was not done.
    var refused: String?

    struct Host: Codable, Sendable {
        var site: String
        var host: String
        var target: OrderTarget
        /// `would-drain`, `draining`, `withdrawn`, `kept`, `ended` (by somebody, meanwhile), `refused` or `unreached`.
        var state: String
        var effect: String?
        var act: Int?
        var saved: Bool?
        var load: Load?
        /// What moves where in the end, by the table of displaced load.
        var moves: OrderAnswer.Moves?
        var share: Double?
        /// Those that are still told, when it was kept.
        var neighbors: [String]?
        var reason: String?
    }

    /// What Landfall's own servers answer there; nil where others serve.
    struct Load: Codable, Sendable {
        var queriesPerSecond: Double
        var bitsPerSecond: Double
    }

    struct Witness: Codable, Sendable {
        var site: String
        var host: String?
        var prefixes: [String]?
        var reason: String?
    }

    mutating func note(_ confirmation: Confirmation) {
        takesAway = confirmation.prefixes
        confirmed =
            confirmation.confirmed.map { Witness(site: $0.member.site, host: $0.member.host, prefixes: $0.prefixes) }
            + confirmation.vouched.map { Witness(site: $0, reason: "--confirmed") }
        unconfirmed = confirmation.unconfirmed.map {
            Witness(site: $0.member.site, host: $0.member.host, reason: $0.reason)
        }
    }
}

extension DrainReport.Load {
    /// nil where no server of ours answers.
    init?(_ status: Status, _ target: OrderTarget) {
        let services = status.services.filter { target.kind != .service || $0.name == target.name }
        guard !services.isEmpty else { return nil }
        self.init(
            queriesPerSecond: services.map(\.queriesPerSecond).reduce(0, +),
            bitsPerSecond: services.map(\.bitsPerSecond).reduce(0, +))
    }
}

// MARK: For people

extension DrainReport {
    /// What will be done, before it is.
    var plan: String {
        (hosts.map(\.plan) + [moves, confirmations].compactMap(\.self)).joined(separator: "\n")
    }

    private var confirmations: String? {
        guard isAnnounced else { return "Nothing of that is announced now, so nothing is taken away." }
        guard !takesAway.isEmpty else {
            return "Other neighbors of this host still have all of it: nobody else is needed."
        }
        let known = confirmed.map { witness in
            witness.host.map { "\($0) (\(witness.site))" } ?? "\(witness.site), as you say"
        }
        let yes =
            known.isEmpty
            ? "Nobody else was confirmed as announcing." : "Confirmed as announcing: \(known.joined(separator: ", "))."
        let no = unconfirmed.map { "Not confirmed: \($0.host ?? "") (\($0.site)): \($0.reason ?? "")" }
        return ([yes] + no).joined(separator: "\n")
    }

    /// What came of it.
    var outcome: String { hosts.map(\.outcome).joined(separator: "\n") }
}

extension DrainReport.Host {
    private var name: String { host == site ? host : "\(host) (\(site))" }

    fileprivate var plan: String {
        guard let effect else { return "\(name): \(reason ?? state)" }
        return "\(name): \(effect)\n\(loadText)"
    }

    private var loadText: String {
        guard let load else { return "\(name): what it carries isn't known: no server of Landfall's own" }
        let part = target.kind == .neighbor ? ", a part of it through this neighbor" : ""
        return
            "\(name): carries \(load.queriesPerSecond.whole()) queries/s, \(load.bitsPerSecond.whole()) bit/s\(part)"
    }

    var outcome: String {
        let still = share.map { ", \(percent($0)) of the traffic was still here" } ?? ""
        switch state {
        case "would-drain": return "\(name): nothing was done"
        case "draining": return "\(name): draining; landfall status shows how far"
        case "withdrawn": return "\(name): withdrawn\(still)"
        case "kept":
            return
                "\(name): stays announced to \((neighbors ?? []).joined(separator: ", "))\(still)\n"
                + "\(name): landfall drain \(target.option) --force withdraws all the same"
        case "ended": return "\(name): the drain was ended meanwhile"
        default: return "\(name): \(state): \(reason ?? "")"
        }
    }
}
