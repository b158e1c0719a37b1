import Control
import HTTP
import Net

extension Verb {
    static let reload = Verb(
        name: "reload",
        summary: "Have the agent read its configuration again, and become it by the difference.",
        description: """
            Says what will change, then does it: nothing else on the host notices. Zone files count as part of the
            configuration. A file with anything wrong in it changes nothing: all that is wrong is printed, as
            file:line:column, with exit code 2. What only a restart could do is refused (1). SIGHUP does the same.
            --dry-run also prints what `landfall check` finds in the new file and not in what is in use.

            With --confirm the agent goes back by itself after that time, unless `landfall confirm` comes: for changes that
            could cut off whoever makes them. What was accepted is kept, the last ten times: landfall rollback.

            Where no agent answers and a router does (docs/router.md), it is the router's.
            """,
        options: [
            Option(name: "dry-run", summary: "Say what would change and what the lint newly finds, and do nothing."),
            Option(name: "confirm", value: "TIME", summary: "Go back after this, unless confirmed: 5m."),
            .socket, .json,
        ],
        examples: [
            ("landfall reload --dry-run", "what would change"),
            ("landfall reload", "read the file, and become what it says"),
            ("landfall reload --confirm 5m && landfall status && landfall confirm", "only if this still works"),
        ]
    ) { invocation throws(Failure) in
        var order = ReloadOrder()
        order.dryRun = invocation.has("dry-run")
        order.confirmSeconds = try invocation.seconds("confirm", ReloadOrder.confirmSecondsRange)
        return try invocation.reload(Request(order: order, to: "/reload"))
    }
}

extension Invocation {
    /// Long enough for large zones.
    private static let patience = Duration.seconds(60)
    private static let unchanged = "landfall: nothing has changed: what was accepted before stays in use"

    func reload(_ request: Request) throws(Failure) -> Exit {
        let answer: ReloadAnswer
        switch try outcome(of: request, as: ReloadAnswer.self, at: orderSocket, within: Self.patience) {
        case .done(let done): answer = done
        case .refused(status: 422, let problems): throw Failure(problems: "\(problems)\n\(Self.unchanged)")
        case .refused(let status, let reason): throw refusal(status, reason)
        }
        give(answer, answer.text)
        warn(unlessSaved: answer.saved)
        if let seconds = answer.confirmSeconds, !answer.dryRun {
            Terminal.say("It goes back in \(Duration.seconds(seconds).shortText) unless you say: landfall confirm")
        }
        return .done
    }
}

extension ReloadAnswer {
    fileprivate var text: String {
        let head = (dryRun ? "would be done: " : "") + effect
        let list = ([head] + changes.map { "  \($0.text)" }).joined(separator: "\n")
        let title = "New findings, which the configuration in use doesn't have"
        let found = FindingList(title: title, findings: (findings ?? []).map { FindingReport($0) }).text
        return [list, found].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
