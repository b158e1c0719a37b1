/// Rehearsals that can't fail: `RehearsalLint`.
extension LintRule {
    static let rehearsals = [
        clientUntested, stepWithoutExpectation, siteUnbroken,
    ]

    static let clientUntested = LintRule(
        "LF-L601", "client-untested", .advice,
        title: "No step says where a client lands.",
        meaning: """
            Other clients have an expectation and this one has none: a change that moves it passes the rehearsal.
            """,
        remedy: "Name it in the `landings` of a `measure`.")

    static let stepWithoutExpectation = LintRule(
        "LF-L602", "step-without-expectation", .advice,
        title: "A step expects nothing.",
        meaning: "Something is broken, and nothing is looked at: the step passes whatever clients saw.",
        remedy: "Say what should come of it, by the keys of `expect`.")

    static let siteUnbroken = LintRule(
        "LF-L603", "site-unbroken", .advice,
        title: "A rehearsal never breaks one of the sites.",
        meaning: """
            Whether the others can stand in for it, and whether it withdraws at all, is first seen on the day it \
            fails.
            """,
        remedy: "Add a step that kills, hangs, cuts or drains it, and one that restores it.")
}
