import Control
import FoundationEssentials
import Net
import Site

/// `landfall explain PREFIX`: asks whoever is at the socket, a router or an agent.
extension Invocation {
    func explainPrefix(_ text: String) throws(Failure) -> Exit {
        var query = Query("/explain")
        query["prefix"] = text
        switch try askRouter(query.target, as: PrefixAnswer.self) {
        case .done(let story):
            give(story, PrefixScreen(story).text)
            if story.prefix == nil { return .expectationFailed }
        case .refused(404, let reason) where reason.hasPrefix("there is no /"):
            let story = try AnnouncedPrefix(text, try agentStatus(), LastEvents(in: value("state") ?? stateFolder))
            give(story, story.text(Terminal.ink, width: Terminal.width))
        case .refused(let status, let reason): throw refusal(status, reason)
        }
        return .done
    }
}

/// Why an agent announces a prefix, or doesn't; documented in docs/json.md.
struct AnnouncedPrefix: Encodable {
    var schema = "landfall.announced-prefix/1"
    var asked: String
    var network, site, host, time: String
    var prefix: String
    var state, reason, since: String
    var level: String?
    var waiting: [String]?
    var neighbors: [Way]
    var alarms: [Status.Alarm]
    /// What was last said about it, the latest last.
    var events: [Event]

    struct Way: Encodable {
        var neighbor: String
        /// Of the session.
        var session: String
        /// How good it is meant to look there.
        var level: String
        var waiting: String?
        var isDrained: Bool?
        /// What it has been told; left out: nothing.
        var told: Status.Advertised?
    }

    init(_ text: String, _ status: Status, _ events: LastEvents) throws(Failure) {
        let wanted = Prefix(text) ?? Address(text).map { Prefix(host: $0) }
        let all = status.prefixes.compactMap { prefix in Prefix(prefix.prefix).map { ($0, prefix) } }
        let covering = all.filter { prefix, _ in
            wanted.map { prefix.contains($0.address) && prefix.length <= $0.length } ?? false
        }
        guard let its = covering.max(by: { $0.0.length < $1.0.length })?.1 else {
            let names = status.prefixes.map(\.prefix).joined(separator: ", ")
            throw Failure(
                "explain: this agent announces nothing that contains \(text.printable(100)); there are \(names)")
        }
        (asked, network, site, host, time) = (text, status.network, status.site, status.host, status.time)
        (prefix, state, reason, since) = (its.prefix, its.state, its.reason, its.since)
        (level, waiting) = (its.level, its.waiting)
        neighbors = (its.routes ?? []).map { route in
            let session = status.neighbors.first { $0.name == route.neighbor }
            return Way(
                neighbor: route.neighbor, session: session?.state ?? "", level: route.level, waiting: route.waiting,
                isDrained: route.isDrained, told: session?.advertised.first { $0.prefix == its.prefix })
        }
        alarms = status.alarms.filter { $0.prefix == its.prefix }
        self.events = events.all.filter { $0.prefix == its.prefix }.suffix(5)
    }
}

extension AnnouncedPrefix {
    func text(_ ink: Ink, width: Int?) -> String {
        let now = Spans.moment(time) ?? .now
        let age = Spans.ago(since, at: now).map { " since \($0)" } ?? ""
        let what = prefix == asked ? prefix : "\(asked) is in \(prefix)"
        let head = Cell("\(what): \(state.replacing("-", with: " "))\(age): \(reason)")
        let colour: Terminal.Colour = state == "announced" ? .green : .red
        let lines = (width.map { head.text.wrapped(at: $0) } ?? [head.text]).map { ink.paint($0, colour) }
        let sections = [waits, ways, openAlarms, history].filter { !$0.rows.isEmpty }
        return (lines + [""] + sections.flatMap { $0.lines(ink, width: width) }).joined(separator: "\n")
    }

    private var waits: Section { Section("Waits", (waiting ?? []).map { [Cell($0)] }, wraps: true) }

    private var ways: Section {
        let rows = neighbors.map { way in
            let told = way.told.map { "told: \($0.attributes)" }
            let silence = way.session == "Established" ? "told nothing" : "no session"
            let words = [told ?? silence, way.isDrained == true ? "a drain keeps it so" : nil, way.waiting]
            return [
                Cell(way.neighbor), Cell(way.session, way.session == "Established" ? .green : .red),
                Cell(way.level.replacing("-", with: " ")), Cell(words.compactMap(\.self).joined(separator: "; ")),
            ]
        }
        return Section("Told", rows, wraps: true)
    }

    private var openAlarms: Section {
        Section(
            "Alarms", alarms.map { [Cell($0.code, $0.severity == .critical ? .red : .yellow), Cell($0.text)] },
            wraps: true)
    }

    private var history: Section {
        Section("Events", events.map { [Cell(Spans.time($0.time)), Cell("\($0.id)"), Cell($0.text)] }, wraps: true)
    }
}
