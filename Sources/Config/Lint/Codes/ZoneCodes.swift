/// Zones, their servers and the checks: `ZoneLint`.
extension LintRule {
    static let zones = [
        nameNotServed, zoneContradictsCheck, oneNameServer, nameServersOnePrefix, nameServersOneNeighborSet,
        nameServerUnserved, identitySame, sameDataUnreachable, nsec3Iterations,
    ]

    static let nameNotServed = LintRule(
        "LF-L401", "name-not-served", .warning,
        title: "A check asks for a name in no zone.",
        meaning: """
            The server answers REFUSED for what is in none of its zones. The check never passes, and what it guards \
            is never announced.
            """,
        remedy: "Ask for a name in one of the zones of `serve`.")

    static let zoneContradictsCheck = LintRule(
        "LF-L402", "zone-contradicts-check", .warning,
        title: "A zone gives another answer than a check wants.",
        meaning: """
            The zone file has no such record, or another one, or one that the check wants not to be there. As soon as \
            this zone is served, the check fails at every site: the record that a check asks for was renamed, and \
            nobody thought of the check. A reload with this zone withdraws each site that it reaches, and a start \
            with it announces nothing.
            """,
        remedy: "Change the check with the zone, in one push.")

    static let oneNameServer = LintRule(
        "LF-L403", "one-name-server", .warning,
        title: "A zone has one name server.",
        meaning: """
            A zone has at least two, which don't fail together (RFC 1034 §4.1, RFC 2182 §5). An anycast address is \
            one server to a resolver: when its prefix is gone, so is the zone.
            """,
        remedy: "Add an NS that doesn't depend on this prefix.")

    static let nameServersOnePrefix = LintRule(
        "LF-L404", "name-servers-one-prefix", .warning,
        title: "All name servers of a zone are in one prefix.",
        meaning: """
            Two names, two addresses, one route: a hijack, a filter, a wrong ROA or a withdrawal takes them together \
            (RFC 2182 §3.1, RFC 9199 §3.1).
            """,
        remedy: "Put one outside: into a second prefix that other neighbors hear, or on somebody else's server.")

    static let nameServersOneNeighborSet = LintRule(
        "LF-L405", "name-servers-one-neighbor-set", .advice,
        title: "All name servers of a zone are announced by the same sites.",
        meaning: """
            Two prefixes don't share a route, but these share sites, hosts, neighbors and this file: what takes one \
            away is likely to take the other.
            """,
        remedy: "Have one name server that other sites, or somebody else's network, announce.")

    static let nameServerUnserved = LintRule(
        "LF-L406", "name-server-unserved", .warning,
        title: "A name server has an address that is announced and not served.",
        meaning: """
            The zone sends resolvers to an address inside an announced prefix that no service has. Packets arrive at \
            the nearest site, and nobody is there: each resolver that picks it waits for a timeout.
            """,
        remedy: "Add the address to a service, or correct it in the zone.")

    static let identitySame = LintRule(
        "LF-L407", "identity-same", .warning,
        title: "Answers don't say which site they are from.",
        meaning: """
            NSID (RFC 5001) and id.server (RFC 4892) are how clients, vantage points and a rehearsal learn who \
            answered. With one text for all sites nobody can tell where a complaint comes from.
            """,
        remedy: "Write `{site}` or `{host}` into it, or `\"\"` to hide it on purpose.")

    static let sameDataUnreachable = LintRule(
        "LF-L408", "same-data-unreachable", .warning,
        title: "Hosts that others can't ask for their zones.",
        meaning: """
            `same-data` has hosts ask each other at their own addresses, and this one has none in the file. Nobody would \
            notice that it serves another version of a zone.
            """,
        remedy: "Give each host a `unicast` address.")

    static let nsec3Iterations = LintRule(
        "LF-L409", "nsec3-iterations", .advice,
        title: "A zone hashes names more than once for its denials.",
        meaning: """
            Additional iterations of NSEC3 cost every server and resolver work and keep nobody from guessing names \
            (RFC 9276 §3.1). Above 100 or so, resolvers treat the zone as unsigned, or answer SERVFAIL.
            """,
        remedy: "Sign with 0 iterations and an empty salt, or with NSEC.")
}
