/// Checks that say less about a site than they seem to: `ReachLint`.
extension LintRule {
    static let reaches = [
        oneExternalName, oneTarget, noLocalCheck, fallOne, certificateFate, notCheckedEverywhere,
    ]

    static let oneExternalName = LintRule(
        "LF-L221", "one-external-name", .warning,
        title: "A resolver is judged by names of one other operator.",
        meaning: """
            When that operator's zone fails, or its servers can't be reached, every site's check fails in the same \
            second, and all withdraw, though each resolver still has answers for everybody else (rule 3 of \
            docs/announcing.md).
            """,
        remedy: """
            Ask a name that the resolver knows itself with a local check, and several unrelated names with `reach: \
            shared`.
            """)

    static let oneTarget = LintRule(
        "LF-L222", "one-target", .warning,
        title: "All sites ask one router.",
        meaning: """
            A local check says something about this site. One that asks the same address from everywhere says \
            something about that address, and withdraws all sites when it is silent.
            """,
        remedy: "Say `reach: shared`, or ask the router of one neighbor, with `neighbor`, which acts there alone.")

    static let noLocalCheck = LintRule(
        "LF-L223", "no-local-check", .warning,
        title: "No check of a service can withdraw it.",
        meaning: """
            Shared failures withdraw nobody, since they would withdraw everybody. When all checks are shared, a site \
            whose server is dead stays announced, and its clients get no answer.
            """,
        remedy: "Add a local check that asks what the site knows by itself.")

    static let fallOne = LintRule(
        "LF-L224", "fall-one", .warning,
        title: "One lost packet withdraws a site.",
        meaning: """
            With `fall: 1` there is no second look: one lost datagram moves all clients, and a timeout under load, \
            which would otherwise count as degraded, counts as a failure.
            """,
        remedy: "Write `fall: 2`, and make `every` shorter, or use `fast`.")

    static let certificateFate = LintRule(
        "LF-L225", "certificate-fate", .advice,
        title: "A certificate that ends withdraws every site.",
        meaning: """
            Sites share the certificate, or at least the day on which somebody forgot to renew it. A local check that \
            verifies it withdraws all of them in the same second, when an error in the browser would have been the \
            smaller harm.
            """,
        remedy: """
            Leave the certificate out of the local check (`verify: false`), and verify it in a shared one, which \
            raises an alarm.
            """)

    static let notCheckedEverywhere = LintRule(
        "LF-L226", "not-checked-everywhere", .advice,
        title: "A link is checked at one site and not at another.",
        meaning: """
            A check with `neighbor` is made where a neighbor has that name. The same AS under another name at another \
            site isn't looked at.
            """,
        remedy: "Call the neighbors of one AS alike at all sites.")
}
