/// What sites can carry: `CapacityLint`.
extension LintRule {
    static let capacities = [
        loadWithoutEffect, capacityPartial, siteTooLarge,
    ]

    static let loadWithoutEffect = LintRule(
        "LF-L501", "load-without-effect", .warning,
        title: "A step by load changes nothing.",
        meaning: """
            `announce.load` makes an overloaded host's routes look degraded, and here degraded looks like healthy; or \
            every site has several hosts, of which none changes its routes alone (rule 7 of docs/announcing.md).
            """,
        remedy: "Say what degraded looks like, or leave `load` out.")

    static let capacityPartial = LintRule(
        "LF-L502", "capacity-partial", .advice,
        title: "The capacity of some sites isn't known.",
        meaning: "Whether the rest can carry a site's traffic is a sum over all of them, and one is missing.",
        remedy: "Write the capacity of every site.")

    static let siteTooLarge = LintRule(
        "LF-L503", "site-too-large", .warning,
        title: "One site is larger than all others together.",
        meaning: """
            When it fails or is drained at its peak, its traffic goes to sites that can't carry it even if they had \
            none of their own. Each that drowns hands its part to the next.
            """,
        remedy: "Spread the capacity, or have a second site as large.")
}
