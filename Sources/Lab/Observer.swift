internal import Net

/// When enough has been seen of a step.
struct Observer {
    var act: Evaluation.Act
    var start: Instant
    /// Where each conversation is at home.
    var home: [Int?]

    /// Shorter looks would miss what comes late.
    var least: Duration

    /// Longer than any answer takes that isn't lost: queries younger than this say nothing yet.
    static let flight: Duration = .milliseconds(600)
    /// What must be answered without a gap for a client to have settled.
    static let stretch: Duration = .milliseconds(500)

    /// After the last act, what has been seen of it says nothing for so long.
    static let settling = flight + stretch

    /// Whether every client has got what it will get.
    func isSettled(_ conversations: [Conversation], now: Instant) -> Bool {
        guard now - start >= least else { return false }
        // Whoever is there loses queries as long as it lasts.
        if act.isEndless { return true }
        return zip(conversations, home).allSatisfy { conversation, home in
            let recent = conversation.queries.slice(
                from: now + (.zero - Self.flight - Self.stretch), to: now + (.zero - Self.flight))
            let servers = recent.compactMap(\.server)
            guard !recent.isEmpty, servers.count == recent.count else { return false }
            return switch act {
            case .restored(let target), .flapped(let target): home != target.site || Self.isBack(target, servers)
            default: true
            }
        }
    }

    /// Of several hosts, each serves its share; an answer that doesn't say which host it is from is as good.
    private static func isBack(_ target: Target, _ servers: [Server]) -> Bool {
        servers.allSatisfy { $0.site == target.site } && servers.contains { !target.excludes($0) }
    }
}
