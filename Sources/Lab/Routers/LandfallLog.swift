internal import FoundationEssentials
internal import Net

/// The events of a `landfall router`, lines of JSON (docs/router.md).
package struct LandfallLog: RouterLog {
    private var present: [String: Set<Prefix>] = [:]

    package init() {}

    private struct Line: Decodable {
        var event: String
        var neighbor: String?
        var announced: [String]?
        var withdrawn: [String]?
        var reason: String?
    }

    package mutating func events(_ line: Substring) -> [RouterLogEvent] {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)), let session = line.neighbor else {
            return []
        }
        switch line.event {
        case "routes":
            let gone = prefixes(line.withdrawn).compactMap { withdraw($0, session) }
            return gone + prefixes(line.announced).map { announce($0, session) }
        case "session-down":
            let gone = present.removeValue(forKey: session) ?? []
            return [.sessionEnded(session: session, reason: line.reason ?? "closed")]
                + gone.sorted().map { .withdrawn(LoggedRoute(session: session, prefix: $0)) }
        default: return []
        }
    }

    package func holds(_ route: LoggedRoute) -> Bool { present[route.session]?.contains(route.prefix) ?? false }

    private func prefixes(_ texts: [String]?) -> [Prefix] { (texts ?? []).compactMap { Prefix($0) } }

    private mutating func withdraw(_ prefix: Prefix, _ session: String) -> RouterLogEvent? {
        guard present[session]?.remove(prefix) != nil else { return nil }
        return .withdrawn(LoggedRoute(session: session, prefix: prefix))
    }

    private mutating func announce(_ prefix: Prefix, _ session: String) -> RouterLogEvent {
        let route = LoggedRoute(session: session, prefix: prefix)
        return present[session, default: []].insert(prefix).inserted ? .announced(route) : .changed(route)
    }
}
