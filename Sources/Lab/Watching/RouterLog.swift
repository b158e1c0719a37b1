package import Net

/// What a BIRD wrote about its sessions, as events: every route that came, changed or went, and why a session ended.
/// Counters on its control socket say how many UPDATEs came and forget them with the session; the log says what became of
/// each route, and keeps the order ("debug protocols" in BIRD's guide).
///
///     2026-11-21 10:34:01.603 <TRACE> to_fra_v4.ipv4 > added [best] 203.0.113.0/24 0L 3G unreachable
///     2026-11-21 10:34:09.880 <RMT> to_fra_v4: Error: Hold timer expired
///     2026-11-21 10:34:09.880 <TRACE> to_fra_v4: BGP session closed
///     2026-11-21 10:34:09.881 <TRACE> to_fra_v4.ipv4 > removed [sole] 203.0.113.0/24 0L 3G unreachable
package struct RouterLog: Sendable {
    package struct Route: Hashable, Sendable {
        package var session: String
        package var prefix: Prefix
    }

    package enum Event: Hashable, Sendable {
        case announced(Route)
        /// With other attributes than before.
        case changed(Route)
        /// By an UPDATE, or with its session.
        case withdrawn(Route)
        case sessionEnded(session: String, reason: String)
    }

    private var present: Set<Route> = []
    /// What was last said that can end a session.
    private var complaints: [String: String] = [:]

    package init() {}

    /// nil for a line about something else.
    package mutating func event(_ line: some StringProtocol) -> Event? {
        guard let end = line.firstIndex(of: ">") else { return nil }
        let words = line[line.index(after: end)...].split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        if words[0].hasSuffix(":") { return session(String(words[0].dropLast()), words[1]) }
        return route(words[0], words[1].split(separator: " "))
    }

    /// `to_fra_v4.ipv4`, and `>`, `added`, `[best]`, `203.0.113.0/24`, …
    private mutating func route(_ channel: some StringProtocol, _ words: [some StringProtocol]) -> Event? {
        guard words.count >= 3, words[0] == ">", let dot = channel.lastIndex(of: "."),
            let prefix = words.dropFirst(2).prefix(2).lazy.compactMap({ Prefix(String($0)) }).first
        else { return nil }
        let route = Route(session: String(channel[..<dot]), prefix: prefix)
        switch words[1] {
        case "added": return present.insert(route).inserted ? .announced(route) : .changed(route)
        case "removed": return present.remove(route) == nil ? nil : .withdrawn(route)
        default: return nil
        }
    }

    private mutating func session(_ name: String, _ text: some StringProtocol) -> Event? {
        if text == "BGP session closed" {
            return .sessionEnded(session: name, reason: complaints.removeValue(forKey: name) ?? "closed")
        }
        if text == "BGP session established" { complaints[name] = nil }
        for mark in ["Error: ", "Received: "] where text.hasPrefix(mark) {
            complaints[name] = (mark == "Received: " ? "received " : "") + text.dropFirst(mark.count)
        }
        if text.hasPrefix("Connection ") { complaints[name] = String(text).lowercased() }
        return nil
    }
}
