/// What the routers of a file exchange, and with whom: `RouterLint`.
extension LintRule {
    static let routers = [noPolicy, noPrefixLimit, noRole, unusedPolicy, deadRule, anyBlackhole]

    static let noPolicy = LintRule(
        "LF-L701", "no-policy", .warning,
        title: "A neighbor of another AS has no policy.",
        meaning: """
            Without a policy nothing is accepted from a neighbor of another AS, or told to it: that is the default that RFC \
            8212 asks for, since the other one has leaked whole tables. The session comes up, and carries nothing.
            """,
        remedy: "Name a policy as import and one as export, or let roles decide with `policy: gao-rexford`.")

    static let noPrefixLimit = LintRule(
        "LF-L702", "no-prefix-limit", .advice,
        title: "A customer or peer may announce a whole table.",
        meaning: """
            Most leaks that took networks down were a customer or a peer that announced the whole table by mistake, and \
            was believed. A limit a little above what it announces ends the session instead (RFC 4486 §4).
            """,
        remedy: "Write `max-prefixes`, about twice of what it announces now.")

    static let noRole = LintRule(
        "LF-L703", "no-role", .advice,
        title: "Nobody says what a neighbor is.",
        meaning: """
            With roles, both sides check when the session opens that they agree on who sells to whom, and routes carry the \
            mark ONLY_TO_CUSTOMER, by which a leak is seen and dropped even some ASes further on (RFC 9234).
            """,
        remedy: "Write the neighbor's `role`.")

    static let unusedPolicy = LintRule(
        "LF-L704", "unused-policy", .advice,
        title: "No neighbor has a policy.",
        meaning: """
            A policy that no neighbor names does nothing: it was left behind, or the neighbor that it was written for names \
            another one.
            """,
        remedy: "Name it at a neighbor, or leave it out.")

    static let deadRule = LintRule(
        "LF-L705", "dead-rule", .warning,
        title: "A rule is never read.",
        meaning: """
            Rules are read in order, and the first one that accepts or rejects a route ends it. Behind a rule without \
            conditions that does, nothing is left to decide.
            """,
        remedy: "Put the rule for everything that is left at the end.")

    static let anyBlackhole = LintRule(
        "LF-L706", "any-blackhole", .warning,
        title: "A neighbor may have anybody's packets discarded.",
        meaning: """
            With `blackhole: true` a route with the community BLACKHOLE discards the packets to its prefix. Where the import \
            policy takes any prefix, the neighbor can do that to addresses that aren't its own: RFC 7999 §3.3 wants such \
            routes only inside of prefixes that it may announce.
            """,
        remedy: "Let the import policy take only the neighbor's own prefixes and what is inside them.")
}
