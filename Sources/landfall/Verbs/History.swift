import Control
import HTTP

extension Verb {
    static let history = Verb(
        name: "history",
        summary: "What operators did at this host, the latest last.",
        description: """
            Drains and undrains, with who and when, and whether they are still in effect, have ended, were superseded or
            taken back. The last hundred are kept, over restarts of the agent and of the machine.
            """,
        options: [.socket, .json],
        examples: [
            ("landfall history", "what happened here"),
            ("landfall history --json | jq '.acts[] | select(.standing == \"in-effect\")'", "what is in effect"),
        ]
    ) { invocation throws(Failure) in
        let history: History = try invocation.ask(Request("GET", "/history"))
        if invocation.has("json") {
            Terminal.print(json: history)
        } else if history.acts.isEmpty {
            Terminal.say("Nobody has drained anything at this host.")
        } else {
            let rows = history.acts.map { ["\($0.number)", $0.at, $0.by, $0.standingText, $0.effect] }
            Terminal.print(Table(rows, rightAligned: [0]).text)
        }
        return .done
    }
}

extension History.Act {
    fileprivate var standingText: String {
        switch standing {
        case "in-effect": "in effect"
        case "undone": "undone" + (undoneBy.map { " by \($0)" } ?? "")
        case "superseded": "superseded" + (supersededBy.map { " by \($0)" } ?? "")
        default: standing
        }
    }
}
