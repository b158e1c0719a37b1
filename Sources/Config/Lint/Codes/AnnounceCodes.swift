/// What is told to neighbors: `AnnounceLint`.
extension LintRule {
    static let announcing = [
        prefixTooLong, prefixUnheard, nobodyHears, blackhole, prependTooLong, medNotCompared, drainChangesNothing,
        worseLooksBetter, foreignCommunity, specialPrefix, specialASN,
    ]

    static let prefixTooLong = LintRule(
        "LF-L101", "prefix-too-long", .warning,
        title: "A prefix is longer than the Internet takes.",
        meaning: """
            Most networks drop IPv4 prefixes longer than /24 and IPv6 prefixes longer than /48 that come from other \
            ASes, and nobody tells you: the session is up, the neighbor has the route, and hardly anybody else does.
            """,
        remedy: "Announce a /24 or a /48. A longer prefix is for neighbors that keep it to themselves: `scope: local`.")

    static let prefixUnheard = LintRule(
        "LF-L102", "prefix-unheard", .warning,
        title: "A prefix is told to nobody.",
        meaning: """
            A session carries the prefixes of its own address family. When no site has a neighbor of a family, its \
            prefixes are checked, count as healthy, and are never announced.
            """,
        remedy: "Give each site a neighbor with an address of that family, or leave the prefix out.")

    static let nobodyHears = LintRule(
        "LF-L103", "nobody-hears", .warning,
        title: "Every neighbor keeps the routes to itself.",
        meaning: """
            `scope: local`, `no-export` and `no-advertise` keep a route inside the neighbor's AS (RFC 1997, RFC 4786 \
            §4.4.3). At a peer that makes a local node. At all neighbors, providers among them, it means that only \
            their own customers reach the service.
            """,
        remedy: "Leave `scope: local` to peers, and to sites that serve a region beside others that serve everybody.")

    static let blackhole = LintRule(
        "LF-L104", "blackhole", .warning,
        title: "A route asks to be dropped.",
        meaning: """
            BLACKHOLE (RFC 7999) asks the neighbor to throw away every packet to the prefix: a help against an \
            attack, for minutes. Announced with the service's own prefix it takes the site's whole catchment off the \
            Internet.
            """,
        remedy: "Leave it out. `landfall drain` takes a site out of service without a loss.")

    static let prependTooLong = LintRule(
        "LF-L105", "prepend-too-long", .warning,
        title: "An AS number is repeated more than ten times.",
        meaning: """
            Networks drop paths that look absurdly long, and a path that is three longer than all others is already \
            used by nobody who compares lengths: the rest follows its own preferences, whatever the length. Prepends \
            of a neighbor and of a state add up.
            """,
        remedy: """
            Prepend up to three. Against a preference only a community of the neighbor's helps, by which it lowers \
            its own.
            """)

    static let medNotCompared = LintRule(
        "LF-L106", "med-not-compared", .warning,
        title: "A MED has nothing to be compared with.",
        meaning: """
            MULTI_EXIT_DISC is compared between routes that come from the same neighboring AS (RFC 4271 §9.1.2.2 \
            (c)); between different ASes it says nothing, unless the router was told to compare it anyway. A neighbor \
            whose AS hears of the prefix from one session only has nothing to choose from.
            """,
        remedy: """
            Use `prepend`, or a community of the neighbor's. A MED is right where one AS has several links to you.
            """)

    static let drainChangesNothing = LintRule(
        "LF-L107", "drain-changes-nothing", .warning,
        title: "A drain changes nothing before it withdraws.",
        meaning: """
            A drain makes a route look worse, waits until traffic has moved, and withdraws. Without prepend, \
            community or LOCAL_PREF there is no reason to move: the wait passes, and the withdrawal cuts off whoever \
            is there.
            """,
        remedy: """
            Leave the attributes of `drain` at their defaults, or add a community by which the neighbor lowers its \
            preference.
            """)

    static let worseLooksBetter = LintRule(
        "LF-L108", "worse-looks-better", .warning,
        title: "A worse state looks better than healthy.",
        meaning: """
            The attributes of a state stand in place of those of healthy, not on top of them. With `healthy: \
            {prepend: 2}` and nothing for degraded, a degraded site has the shorter path and draws traffic to where \
            there is trouble.
            """,
        remedy: "Give every other state at least what healthy has, and a little more.")

    static let foreignCommunity = LintRule(
        "LF-L109", "foreign-community", .advice,
        title: "A community is told to a neighbor that it isn't for.",
        meaning: """
            `64501:70` means what AS64501 says it means (RFC 1997). A neighbor in another AS ignores it, or passes it \
            on, until it takes effect somewhere that nobody thought of. Usually a line was copied from another site.
            """,
        remedy: "Use the communities that this neighbor documents.")

    static let specialPrefix = LintRule(
        "LF-L110", "special-prefix", .warning,
        title: "A prefix that nobody routes is announced to the Internet.",
        meaning: """
            Private, shared and documentation addresses (RFC 6890, RFC 5737, RFC 3849) are dropped by every careful \
            network. A prefix of an example beside real ones has usually been forgotten. Networks made of nothing but \
            numbers for documentation are left alone.
            """,
        remedy: "Announce what a registry gave to you. Inside your own network, use internal neighbors.")

    static let specialASN = LintRule(
        "LF-L111", "special-asn", .warning,
        title: "An AS number is not one of the Internet's.",
        meaning: """
            Routes whose origin is a private AS number (RFC 6996) or one for documentation (RFC 5398) are filtered. A \
            neighbor's number from an example is worse: its router says another one in its OPEN, and the session is \
            refused with Bad Peer AS.
            """,
        remedy: """
            Write the registered numbers, yours and the neighbor's. Where a provider puts its own number in place of \
            your private one, accept the finding.
            """)
}
