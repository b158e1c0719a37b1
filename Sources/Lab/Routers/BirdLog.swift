internal import Net

/// What a BIRD writes about its sessions ("debug protocols" in its guide).
///
///     2026-11-21 10:34:01.603 <TRACE> to_fra_v4.ipv4 > added [best] 203.0.113.0/24 0L 3G unreachable
///     2026-11-21 10:34:09.880 <RMT> to_fra_v4: Error: Hold timer expired
///     2026-11-21 10:34:09.880 <TRACE> to_fra_v4: BGP session closed
///     2026-11-21 10:34:09.881 <TRACE> to_fra_v4.ipv4 > removed [sole] 203.0.113.0/24 0L 3G unreachable
package struct BirdLog: RouterLog {
    private var present: Set<LoggedRoute> = []
    /// What was last said that can end a session.
    private var complaints: [String: String] = [:]

    package init() {}

    package mutating func events(_ line: Substring) -> [RouterLogEvent] { event(line).map { [$0] } ?? [] }

    package func holds(_ route: LoggedRoute) -> Bool { present.contains(route) }

    private mutating func event(_ line: Substring) -> RouterLogEvent? {
        guard let end = line.firstIndex(of: ">") else { return nil }
        let words = line[line.index(after: end)...].split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        if words[0].hasSuffix(":") { return session(String(words[0].dropLast()), words[1]) }
        return route(words[0], words[1].split(separator: " "))
    }

    /// `to_fra_v4.ipv4`, and `>`, `added`, `[best]`, `203.0.113.0/24`, …
    private mutating func route(_ channel: some StringProtocol, _ words: [some StringProtocol]) -> RouterLogEvent? {
        guard words.count >= 3, words[0] == ">", let dot = channel.lastIndex(of: "."),
            let prefix = words.dropFirst(2).prefix(2).lazy.compactMap({ Prefix(String($0)) }).first
        else { return nil }
        let route = LoggedRoute(session: String(channel[..<dot]), prefix: prefix)
        switch words[1] {
        case "added": return present.insert(route).inserted ? .announced(route) : .changed(route)
        case "removed": return present.remove(route) == nil ? nil : .withdrawn(route)
        default: return nil
        }
    }

    private mutating func session(_ name: String, _ text: some StringProtocol) -> RouterLogEvent? {
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
