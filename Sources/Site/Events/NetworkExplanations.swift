internal import Codes

/// What events stand for that are about the world outside: prefixes, sessions, operators.
extension Event {
    static let prefixes: [Explanation] = [
        Explanation(
            .announced, "A prefix is announced.",
            meaning: """
                The neighbors that are named have been given the route, and clients begin to land here. evidence has the \
                checks that passed.
                """),
        Explanation(
            .changed, "A prefix is announced with other attributes.",
            meaning: """
                It looks better or worse than before: degraded, drained, last resort. level is how it is meant to look where \
                it looks best; landfall status has the attributes for each neighbor.
                """,
            remedy: "If it got worse, the reason names the check, the drain or the load that did it."),
        Explanation(
            .withdrawn, "A prefix is withdrawn.",
            meaning: """
                Routers are told at once, and clients land on other sites. The reason is what did it: a check (then evidence \
                has its question and the answer that came), a drain, a stop, or a reload.
                """,
            remedy: """
                After a check: landfall explain LF-A401, for the alarm that this opens. After a drain or a stop: nothing, it \
                was meant.
                """),
        Explanation(
            .heldDown, "A prefix would be announced, but waits.",
            meaning: "Hold-down after a failure, or a flap penalty above the reuse limit; the reason says how long.",
            remedy: "Usually none. If it comes again and again, look for what flaps; LF-A402."),
        Explanation(
            .advertised, "A neighbor was told a route.",
            meaning: """
                The UPDATE left for that neighbor. The same prefix has one of these for each session, and after each session \
                that comes back.
                """),
        Explanation(
            .advertisementWithdrawn, "A neighbor was told that a route is gone.",
            meaning: "The withdrawal left for that neighbor; how fast clients move depends on the routers behind it."),
    ]

    static let sessions: [Explanation] = [
        Explanation(
            .sessionUp, "A BGP session is up.",
            meaning: "Everything that is announced is told again to this neighbor."),
        Explanation(
            .sessionDown, "A BGP session was lost.",
            meaning: """
                The neighbor has dropped our routes, and its clients land elsewhere. The reason is a NOTIFICATION, ours or \
                theirs, with its code (RFC 4271 §4.5), or an error of TCP's. It counts as a flap.
                """,
            remedy: "It is tried again by itself. If it stays down: landfall explain LF-A501."),
        Explanation(
            .sessionFailed, "An attempt at a session has failed.",
            meaning:
                "Told once for each reason until the session is up; it is tried again after 0.5 s up to 2 minutes.",
            remedy: "landfall explain LF-A501 has what the usual reasons mean."),
        Explanation(
            .malformed, "A neighbor sent a message that could not be read.",
            meaning: """
                Either the session was reset for it (RFC 4271 §6) or only the routes in it were taken as withdrawn (RFC \
                7606); the reason says which field, and the bytes follow in hexadecimal.
                """,
            remedy: "Send the bytes to the neighbor's operators; it is their router's fault, or a box between you."),
    ]

    static let operators: [Explanation] = [
        Explanation(
            .drain, "An operator drained something.",
            meaning:
                "by and act say who, and its number in landfall history. The reason is its effect as it was said before.",
            remedy: "landfall undo takes it back; landfall undrain ends it."),
        Explanation(
            .undrain, "An operator ended a drain.",
            meaning: "The prefixes come back after rise and hold-down, not at once."),
        Explanation(
            .undo, "An operator took back an act.",
            meaning: "act is the one that was taken back."),
        Explanation(
            .drainWaited, "The wait of a drain or of a stop is over.",
            meaning: """
                Told before what comes of it. With more than 20 % of the traffic still here a drain without --force stays \
                announced, and opens the alarm LF-A602.
                """,
            remedy: "If the traffic stayed: landfall explain LF-A602."),
        Explanation(
            .refused, "An operator wanted something and didn't get it.",
            meaning: "The reason says what stands against it; nothing has changed."),
        Explanation(
            .reload, "The configuration is about to change.",
            meaning: "Said before it is done; lines has each change. What is the same notices nothing."),
        Explanation(
            .reloaded, "The configuration was read again and is in use.",
            meaning: """
                by is a user, or SIGHUP. Where a confirmation is awaited, the reason says when it goes back by itself.
                """,
            remedy: "If it was given with --confirm: landfall confirm, or landfall rollback."),
        Explanation(
            .reloadRefused, "The configuration was refused; the old one stays.",
            meaning: """
                lines has each thing that is wrong, as file:line:column. A file that was refused opens the alarm LF-A603; zones \
                that were to be read alone (landfall dns reload) open none, and go on as they were.
                """,
            remedy: "Mend what lines says, and reload again; landfall explain LF-A603."),
        Explanation(
            .confirmed, "A reload was confirmed, and stays.",
            meaning: "It counts at the next start too."),
        Explanation(
            .rolledBack, "An earlier configuration is in use again.",
            meaning: """
                An operator went back, or a confirmation didn't come in time. The copy counts, not the file, until a reload \
                has accepted the file: alarm LF-A604.
                """,
            remedy: "landfall explain LF-A604."),
    ]
}
