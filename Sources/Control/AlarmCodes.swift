package import Codes

/// What the alarms that follow from the status stand for. A code is never given to anything else again.
extension Status.Alarm {
    package static let explanations: [Explanation] = [
        .checkDegraded, .prefixWithdrawn, .prefixHeldDown, .neighborDown, .holdTimeZero, .drained,
    ]

    /// Before the checks have passed and the routers have called back.
    var isUsualAtStart: Bool {
        [Explanation.prefixWithdrawn, .prefixHeldDown, .neighborDown].contains { $0.code == code }
    }
}

extension Explanation {
    static let checkDegraded = Explanation(
        "LF-A301", "check-degraded",
        title: "A check answers, but not as it should.",
        meaning: """
            Slower than its slow, with exit code 1, or with timeouts while the service answers others, which is overload. \
            The prefix stays announced: withdrawing an overloaded site drowns the next one. The reason, held against the load \
            in landfall status, tells a slow service from an overloaded site.
            """,
        remedy: """
            Compare load and capacity in landfall status. Overload: add capacity, limit rates, or drain a neighbor. No \
            overload: look for what makes the service slow (disk, a backend, swapping); landfall check-now shows its times.
            """)

    static let prefixWithdrawn = Explanation(
        "LF-A401", "prefix-withdrawn",
        title: "A prefix isn't announced from here.",
        meaning: """
            A check of one of its addresses fails, has not passed yet, or stayed silent past its lease. Routers have \
            forgotten it here, and clients land on other sites, if there are any that announce it. The reason names the \
            check that keeps it so now; the withdrawn event has the answer that caused it.
            """,
        remedy: """
            landfall check-now shows what comes back now: silence means a service that hangs or a port that is filtered, a \
            refusal that nothing listens, a wrong answer the content (zone, backend). Mend that and the prefix comes back by \
            itself, after rise and hold-down. Make sure that other sites announce it before you experiment here.
            """)

    static let prefixHeldDown = Explanation(
        "LF-A402", "prefix-held-down",
        title: "A prefix is healthy again and waits before it is announced.",
        meaning: """
            Either announce.hold-down has not passed since the checks recovered, or its flap penalty is still above the \
            reuse limit, since it came and went too often. Routers damp a route that flaps for far longer than we wait.
            """,
        remedy: """
            Usually none: the time that is left stands beside it. If it is the penalty, find out what flaps (landfall events \
            --code LF-E403) before you want it back; an anchor is announced all the same.
            """)

    static let neighborDown = Explanation(
        "LF-A501", "neighbor-down",
        title: "The session with a neighbor isn't up; it hears nothing from us.",
        meaning: """
            How the last session or attempt ended stands beside it: a NOTIFICATION in BGP's words, or an error of TCP's. \
            The agent tries again by itself, after 2 minutes at most. It is critical when no session is up at all, since then \
            nothing is announced to anybody, whatever the checks say.
            """,
        remedy: """
            Connection refused: BGP isn't running there, or not for our address. Timed out: link, address, filter, or port \
            179. Bad Peer AS, OPEN Message Error: the ASNs or capabilities of the two sides differ. Hold Timer Expired: \
            packets are lost. Administrative: ask the neighbor's operators. landfall doctor tries the way there.
            """)

    static let holdTimeZero = Explanation(
        "LF-A502", "hold-time-zero",
        title: "A neighbor wants a hold time of 0: neither side notices when the other falls silent.",
        meaning: """
            The hold time is the smaller of both sides', and 0 switches keepalives off (RFC 4271 §4.2). If this host loses \
            its power or its link, that router keeps the route and sends clients into nothing, until somebody resets the \
            session.
            """,
        remedy: "Have the neighbor configure a hold time (90 s, or as short as it allows), and reset the session.")

    static let drained = Explanation(
        "LF-A601", "drained",
        title: "Somebody has drained something here and has not undrained it.",
        meaning: """
            It is an alarm because drains are forgotten: traffic was moved away on purpose, and without --for stays away \
            until somebody says otherwise, over restarts and reboots.
            """,
        remedy: """
            Ask whoever is named whether the work is done; then landfall undrain. landfall history has what was done, by \
            whom and when.
            """)
}
