internal import Codes

/// What events of the host's own life stand for: agent, service, checks.
extension Event {
    static let agent: [Explanation] = [
        Explanation(
            .starting, "The agent starts.",
            meaning: """
                It has read its configuration and given up root. Addresses, service, control socket, sessions and checks \
                follow in this order; a prefix is announced when its checks have passed.
                """),
        Explanation(
            .ready, "Everything is started: the control socket answers and the checks run.",
            meaning: "Ready is not announced: that takes rise results of each check, and a session with each neighbor."),
        Explanation(
            .stopping, "The agent stops: it drains, withdraws, waits, and removes the addresses.",
            meaning: """
                The reason says who asked. announce.drain.stop-wait bounds the drain, announce.withdraw-wait is what routers \
                get to forget the route while the service still answers.
                """),
        Explanation(
            .stopped, "The agent has stopped as it should.",
            meaning: """
                Always the last event of an agent. Where it is missing before the next starting, the agent was killed, or \
                the machine lost its power.
                """),
        Explanation(
            .uncleanEnd, "The agent before this one ended without a stop.",
            meaning: """
                The last event that it kept is not stopped: it was killed (kill -9, out of memory, the watchdog), it \
                crashed, or the machine went down. Routers withdrew when its sessions closed or their hold time was over. \
                Numbers of events go on at the next thousand, so that none is given twice.
                """,
            remedy: """
                dmesg or the journal around the time that the reason names: "Out of memory", "segfault", "watchdog". A crash \
                is a fault of ours: please report it, with the backtrace from the journal.
                """),
        Explanation(
            .alarm, "An alarm opens.",
            meaning: """
                Told once, when it begins; the alarm's own code, LF-A…, stands beside it, and landfall status shows it until \
                it is over. What is usual at a start (nothing announced, no session) is told only when it lasts for 30 s.
                """,
            remedy: "landfall explain with the alarm's code."),
        Explanation(
            .alarmResolved, "An alarm is over.",
            meaning: """
                The condition is gone. The reason says how long the alarm was open and what it said last, since when it had \
                opened.
                """),
        Explanation(
            .hook, "A hook has ended, or could not be started, or was dropped.",
            meaning: """
                The reason has the exit code or what killed it, output the first 4096 bytes that it printed. Hooks never \
                hold up an announcement: after hooks.timeout they are killed, and when a hundred wait they are dropped.
                """,
            remedy: "For an exit code other than 0, run the program by hand as the agent's user, with the same words."),
        Explanation(
            .trouble, "The kernel refused something, and the agent goes on without it.",
            meaning: """
                The reason has the call and the error. It is told because something that should hold may not: an address \
                that can't be put on lo, a counter that can't be read, an announcement that a session can't carry.
                """,
            remedy: """
                EPERM: a capability is missing (docs/agent.md, Rights; landfall doctor names it). EMFILE, ENFILE or ENOMEM: \
                raise the limits or find what eats them. EADDRINUSE: somebody else has the address or port.
                """),
    ]

    static let service: [Explanation] = [
        Explanation(
            .serviceStarted, "The process that serves has been started.",
            meaning: "The agent holds its sockets: queries that came before it was there are answered now."),
        Explanation(
            .serviceReplaced, "The process that serves was replaced in place.",
            meaning: """
                A reload changed its zones or settings. The new process answers before the old one ends, from the same \
                sockets, so no query was lost.
                """),
        Explanation(
            .serviceEnded, "The process that serves has ended, and is started again.",
            meaning: """
                That is no failure: queries wait in the sockets that the agent holds. The reason is the exit code or the \
                signal. Whether it answers, the checks say.
                """,
            remedy: "Once: keep the reason. Often: see LF-A201, the crash loop that it becomes."),
        Explanation(
            .serviceCrashLoop, "The service ends as soon as it starts.",
            meaning:
                "The third time within a second of its start, or it could not be started. It opens the alarm LF-A201.",
            remedy: "landfall explain LF-A201."),
        Explanation(
            .serviceSteady, "The crash loop is over.",
            meaning: "The process has lived for 5 s."),
        Explanation(
            .addressAdded, "A service address was put on lo.",
            meaning: """
                At a start or a reload. With the reason "it was gone" somebody had taken it away while the agent ran, and it \
                was put back within milliseconds.
                """,
            remedy:
                "If it was gone, find out who takes it: a network daemon (networkd, NetworkManager) that tidies up lo."),
        Explanation(
            .addressRemoved, "A service address was taken off lo.",
            meaning: "At a stop or a reload, after routers have had announce.withdraw-wait to forget it."),
    ]

    static let checks: [Explanation] = [
        Explanation(
            .verdict, "The verdict of a check has changed.",
            meaning: """
                healthy after rise results, failing after fall failures in a row or when nothing came for its lease, degraded \
                when it answers badly. evidence has the question and the last answer. Verdicts are of one address: one of \
                IPv6 says nothing about IPv4.
                """,
            remedy: """
                For failing: silence is a service that hangs or a filter, a refusal that nothing listens, a wrong answer the \
                content. landfall check-now asks again at once.
                """),
        Explanation(
            .checkUncertain, "A check can't be made; its last verdict stands.",
            meaning: """
                The fault is on this host, not in the service: a program or a right that is missing, or a machine that was \
                busy for a moment. It is told when that begins, however often a result comes in between; again, with how \
                often, after ten minutes and then every hour, and where the reason is another. When it lasts for ten seconds, the alarm LF-A302 opens.
                """,
            remedy: "landfall explain LF-A302."),
        Explanation(
            .checkCertain, "A check can be made again.",
            meaning: """
                It could be made for five minutes, and three times in a row; the reason says how often it couldn't before. \
                Its results have counted all the time.
                """),
    ]
}
