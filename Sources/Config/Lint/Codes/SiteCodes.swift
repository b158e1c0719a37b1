/// How many sites there are, what they share and where they differ: `SiteLint`, `DifferenceLint`.
extension LintRule {
    static let sites = [
        oneSite, noAnchor, oneUpstream, familyMissing, sharedRouter, notOnLink, holdTimeDiffers, twinDiffers,
        familiesDiffer,
    ]

    static let oneSite = LintRule(
        "LF-L121", "one-site", .warning,
        title: "There is one site.",
        meaning: """
            Anycast with one site is unicast with more ways to fail: what would have moved clients to the next site \
            now takes the service away.
            """,
        remedy: "Add a second site, with other neighbors than the first.")

    static let noAnchor = LintRule(
        "LF-L122", "no-anchor", .warning,
        title: "Checks can withdraw everything everywhere.",
        meaning: """
            The great anycast outages were not failures of servers: a check failed at every site in the same moment, \
            and automation withdrew everywhere. An anchor stays announced whatever its checks say, less preferred; a \
            cover is a less specific prefix that anchors announce all the time, so that the specific one can be \
            withdrawn normally (rule 9 of docs/announcing.md).
            """,
        remedy: "Make the best-run site an anchor, or announce a cover where you have the address space.")

    static let oneUpstream = LintRule(
        "LF-L123", "one-upstream", .warning,
        title: "All sites hang on one other network.",
        meaning: """
            Different cities and routers, one AS: its configuration, its route leak, its filters or its contract are \
            shared by all sites, and so is the outage.
            """,
        remedy: "Have at least one neighbor in another AS, with the role provider if the rest are.")

    static let familyMissing = LintRule(
        "LF-L124", "family-missing", .warning,
        title: "A site announces one address family only.",
        meaning: """
            Other sites tell their neighbors about a family that this one leaves out. Its clients of that family land \
            on another continent or crowd a site that was sized without them, and a drain of the other sites leaves \
            them nowhere.
            """,
        remedy: "Give the site a neighbor with an address of that family.")

    static let sharedRouter = LintRule(
        "LF-L125", "shared-router", .warning,
        title: "Two sites have a neighbor at one address.",
        meaning: """
            Either a block was copied and not changed, and this site's session will not come up; or both sites really \
            hang on one router, and its failure is both sites' failure.
            """,
        remedy: "Write the address of the router beside the site.")

    static let notOnLink = LintRule(
        "LF-L126", "not-on-link", .warning,
        title: "A neighbor in another AS is not on the host's link.",
        meaning: """
            Packets to a neighbor in another AS are sent with a TTL of 1 (RFC 4271 §5.1.3 expects it on a shared \
            network). An address from elsewhere, such as the router's loopback, is never reached, and if it were, the \
            session would hang on a route that somebody else decides about.
            """,
        remedy: "Write the neighbor's address on the link between you.")

    static let holdTimeDiffers = LintRule(
        "LF-L127", "hold-time-differs", .advice,
        title: "One site notices silent hosts later, or earlier, than the others.",
        meaning: """
            A hold time that was changed at one site is easily forgotten, and the runbook that was written for the \
            others is wrong there.
            """,
        remedy: "Write the time once, as `network.hold-time`.")

    static let twinDiffers = LintRule(
        "LF-L128", "twin-differs", .advice,
        title: "One AS is told different things at two sites.",
        meaning: """
            Scope, communities and the attributes of states usually are an agreement with a network, not with one of \
            its routers. Where they differ, catchments do, and a drain works at one site and not at the other. \
            Prepends and MEDs are for steering, and may differ.
            """,
        remedy: "Tell it the same at all sites, or accept the finding with the reason.")

    static let familiesDiffer = LintRule(
        "LF-L129", "families-differ", .advice,
        title: "IPv4 and IPv6 are told different things at one neighbor.",
        meaning: """
            A prepend or a community was changed for one address family and forgotten for the other: the same client \
            lands on one site over IPv4 and on another over IPv6, and with Happy Eyeballs (RFC 8305) on either.
            """,
        remedy: "Give both sessions the same attributes, or accept the finding with the reason.")
}
