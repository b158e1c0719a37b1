/// Times that promise less than they cost: `TimeLint`.
extension LintRule {
    static let times = [
        holdDownShort, noHoldDown, slowSilence, penaltyNever, drainWaitShort, stopWaitShort, stopWaitIgnored,
        withdrawWaitShort, fastWithoutEffect, leaseLong, stopLongerThanUnit,
    ]

    static let holdDownShort = LintRule(
        "LF-L301", "hold-down-short", .warning,
        title: "The hold-down is over before a failure is noticed.",
        meaning: """
            A service that passes its first checks and then dies again is announced in between: the hold-down ends \
            before the checks can say that it failed, and each round is an announcement, an outage and a withdrawal.
            """,
        remedy: """
            Make `announce.hold-down` at least twice as long as the slowest detection that `landfall check` prints.
            """)

    static let noHoldDown = LintRule(
        "LF-L302", "no-hold-down", .warning,
        title: "There is no hold-down.",
        meaning: """
            Whatever comes and goes is announced at each coming. Clients are moved back to a service that has \
            answered `rise` times since it was dead, and neighbors that damp routes (RFC 2439) suppress the site just \
            when it is well.
            """,
        remedy: "Leave it at 10s.")

    static let slowSilence = LintRule(
        "LF-L303", "slow-silence", .advice,
        title: "A silent host is noticed late.",
        meaning: """
            Checks don't help when their host is gone: a host that loses power or its link says nothing more, and its \
            neighbors keep the route until the hold timer ends (RFC 4271 §4.4). With the default of 90 s its clients \
            have an outage of that length. A shorter one takes effect from one side: the lower of both values counts, \
            if the neighbor doesn't refuse it.
            """,
        remedy: "Agree on a shorter hold time with the neighbors, such as 9s.")

    static let penaltyNever = LintRule(
        "LF-L304", "penalty-never", .advice,
        title: "The flap penalty never withholds anything.",
        meaning: """
            The penalty makes us quiet before the damping of others does. With this half-life and this mark, a \
            service that flaps without end never reaches it.
            """,
        remedy: "Leave `announce.penalty` at its defaults, which withhold after one withdrawal and one announcement.")

    static let drainWaitShort = LintRule(
        "LF-L305", "drain-wait-short", .advice,
        title: "A drain is over before routers have moved.",
        meaning: """
            It takes seconds until a route that has become worse is replaced everywhere; many routers send an UPDATE \
            for a prefix every 30 s at most (MRAI, RFC 4271 §9.2.1.1). A shorter wait makes a drain a withdrawal \
            under traffic.
            """,
        remedy: "Wait 30s. A drain ends earlier by itself when nothing arrives any more.")

    static let stopWaitShort = LintRule(
        "LF-L306", "stop-wait-short", .advice,
        title: "A stop cuts off whoever is asking.",
        meaning: """
            Every restart of the agent is a stop. Without a wait the routes go at once, and traffic that is on its \
            way meets a host that doesn't answer any more.
            """,
        remedy: "Leave `stop-wait` at 5s, and give the unit more time to stop than that.")

    static let stopWaitIgnored = LintRule(
        "LF-L307", "stop-wait-ignored", .advice,
        title: "A stop waits less long than is written.",
        meaning: "A stop never waits longer than a drain does. What is written beyond `wait` isn't used.",
        remedy: "Write a longer `wait`, or the same `stop-wait`.")

    static let withdrawWaitShort = LintRule(
        "LF-L308", "withdraw-wait-short", .advice,
        title: "An address goes before routers have forgotten it.",
        meaning: """
            After a withdrawal packets still arrive for as long as routers need to pass it on. Without the address \
            they are refused, and clients see an error instead of a slow answer.
            """,
        remedy: "Leave `withdraw-wait` at 1s.")

    static let fastWithoutEffect = LintRule(
        "LF-L309", "fast-without-effect", .advice,
        title: "Fast checks are no faster.",
        meaning: """
            `fast` is the interval between a first failure and the verdict, but a check never begins before the one \
            under way has ended. Of a service that is silent each takes the whole timeout, so with a timeout as long \
            as `every` nothing is won.
            """,
        remedy: "Make `timeout` much shorter than `every`.")

    static let leaseLong = LintRule(
        "LF-L310", "lease-long", .warning,
        title: "A checker that hangs is believed for long.",
        meaning: """
            A lease says how long a result counts when no other comes. A failure of the service is found in seconds, \
            but one of the checker, or of the program that it runs, only when the lease ends; until then the service \
            may be dead and looks well.
            """,
        remedy: "Leave `lease` out: its default outlives the failures that are counted, and not much more.")

    static let stopLongerThanUnit = LintRule(
        "LF-L311", "stop-longer-than-unit", .warning,
        title: "A stop takes longer than the unit allows.",
        meaning: """
            The unit that comes with Landfall (`TimeoutStopSec=90s`) kills what hasn't stopped by then. The routes go \
            with the session, under whoever is still there, and the addresses stay behind.
            """,
        remedy: "Stop sooner, or give the unit more time in a drop-in, and accept the finding.")
}
