public import Codes

/// What each alarm stands for. A code is never given to anything else again.
extension Alarm {
    public var explanation: Explanation {
        switch self {
        case .sharedFailure: .sharedFailure
        case .unprovenFailure: .unprovenFailure
        case .uncertain: .checkImpossible
        case .crashLoop: .crashLoop
        case .anchorFails: .anchorFails
        case .trafficStays: .trafficStays
        case .loadStepRefused: .loadStepRefused
        }
    }

    public static let explanations: [Explanation] = [
        .crashLoop, .checkImpossible, .sharedFailure, .unprovenFailure, .anchorFails, .loadStepRefused, .trafficStays,
    ]
}

extension Explanation {
    fileprivate static let crashLoop = Explanation(
        "LF-A201", "crash-loop",
        title: "The service ends as soon as it starts.",
        meaning: """
            It ended three times or more within a second of its start, or could not be started. Its prefixes look degraded \
            meanwhile, and nothing is withdrawn for it: a query that kills the service would follow the traffic from site \
            to site. Whether it still answers between two ends, the checks say. The reason of its last end is in the alarm, \
            and each end is an event service-ended.
            """,
        remedy: """
            Look at how it ended: a signal means a fault of the program or too little memory (dmesg), an exit code its own \
            words on standard error. If it began with a reload, landfall rollback. If it happens at one site only, landfall \
            drain --host there; at all of them, suspect a query or a zone, and keep the anchors.
            """)

    fileprivate static let checkImpossible = Explanation(
        "LF-A302", "check-impossible",
        title: "A check can't be made; its last verdict stands.",
        meaning: """
            The fault is on this host, not in the service: no descriptors or memory, no right to send ICMP, a program that \
            isn't there or ends with 3, 126 or 127, or the agent itself was stopped or starved for longer than the check's \
            timeout. Nothing is withdrawn on the word of a checker that is itself ill, and nothing would be, should the \
            service fail now for the same reason. It opens when, on balance, that has lasted for ten seconds: of a check \
            that can be made now and then, each second that it could takes one off. A hiccup of the machine is an event, \
            check-uncertain, and no alarm. It ends when the check could be made for half a minute longer than it couldn't.
            """,
        remedy: """
            Mend what the reason names: the limit of descriptors, the path and mode of the program, the load of the host. \
            landfall check-now shows at once whether it can be made again. Until then watch the service from elsewhere.
            """)

    fileprivate static let sharedFailure = Explanation(
        "LF-A303", "shared-failure",
        title: "A check fails or is degraded that would fail at every site at once; nothing is withdrawn.",
        meaning: """
            The check's reach is shared: a primary, an external name, the content of a zone, a file that is pushed \
            everywhere. If such a failure withdrew, it would take the address off the Internet at all sites in the same \
            second. So it makes the prefix look degraded at most.
            """,
        remedy: """
            Ask the other sites (landfall status there). If they say the same, mend the shared cause and leave the \
            announcements alone. If only this site says so, it is a local fault behind a shared check: drain the host.
            """)

    fileprivate static let unprovenFailure = Explanation(
        "LF-A304", "unproven-failure",
        title: "A check that has never passed fails where its address is announced; it isn't acted upon.",
        meaning: """
            A new or changed check can't withdraw a standing announcement before it has passed once, so that a mistake in a \
            check, pushed to all sites, withdraws nobody. Either the check is wrong, or the service has been failing since \
            before the check was there.
            """,
        remedy: """
            landfall check-now CHECK shows what it asks and what came back. Mend the check and reload; if the service is \
            what is wrong, landfall drain --host takes it out, which the check can't.
            """)

    fileprivate static let anchorFails = Explanation(
        "LF-A403", "anchor-fails",
        title: "The service of an anchor fails; the prefix stays announced, less preferred.",
        meaning: """
            An anchor is guarded against verdicts: it is the last to answer, and an announcement that answers badly beats \
            none at all. Wherever another site is heard, clients go there. Neighbors that the alarm names hear no other \
            site: their clients still land here, and are not served.
            """,
        remedy: """
            Mend the service: its checks and their evidence are in landfall status. If neighbors are named, their clients \
            have an outage now. If no other site is healthy either, this is an outage everywhere: mend first, and touch no \
            announcement.
            """)

    fileprivate static let loadStepRefused = Explanation(
        "LF-A404", "load-step-refused",
        title: "The site is overloaded, and isn't made less preferred, since others would overload.",
        meaning: """
            The load has been above announce.load's upper mark for a minute. The step would move a share of it to the sites \
            that are named, and the table of displaced load says that they could not carry it. Moving an overload on is how \
            one slow site becomes a cascade. Where announce.displaced-load names a table that can't be used (it isn't there, \
            is too old, or was made for other sites), nobody knows what would come of the step, and it isn't made either.
            """,
        remedy: """
            Add capacity, or shed load here: rate limits, filters, an upstream's scrubbing if it is an attack. landfall \
            drain --neighbor moves the traffic of one neighbor, if you know where it goes. landfall plan \
            --displaced-load FILE makes the table anew; the agent reads it within seconds.
            """)

    fileprivate static let trafficStays = Explanation(
        "LF-A602", "traffic-stays",
        title: "A drain's time is over and much of the traffic is still here; it stays announced.",
        meaning: """
            More than 20 % of the traffic of before still arrives after the wait. The neighbors that are named ignore or \
            strip GRACEFUL_SHUTDOWN, or prefer this route whatever is prepended. A withdrawal now would cost these clients \
            the time that BGP needs to find another way, so it isn't done unasked.
            """,
        remedy: """
            Where the work can wait, have those neighbors honour 65535:0 (RFC 8326). Otherwise landfall drain --force \
            withdraws, at the cost of about a hundred milliseconds of lost queries. landfall undrain takes it back.
            """)
}
