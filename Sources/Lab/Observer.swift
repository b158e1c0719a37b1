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

    /// Whether every client has got what it will get.
    func isSettled(_ conversations: [Conversation], now: Instant) -> Bool {
        guard now - start >= least else { return false }
        // Whoever is there loses queries as long as it lasts.
        if case .loaded = act { return true }
        return zip(conversations, home).allSatisfy { conversation, home in
            let recent = conversation.queries.slice(
                from: now + (.zero - Self.flight - Self.stretch), to: now + (.zero - Self.flight))
            guard !recent.isEmpty, recent.allSatisfy({ $0.site != nil }) else { return false }
            return switch act {
            case .restored(let site), .flapped(let site): home != site || recent.allSatisfy { $0.site == site }
            default: true
            }
        }
    }
}
