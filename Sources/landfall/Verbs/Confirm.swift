import Control
import HTTP

extension Verb {
    static let confirm = Verb(
        name: "confirm",
        summary: "Keep what landfall reload --confirm began.",
        description: "Without it the agent goes back to the configuration of before when the time is over.",
        options: [.socket, .json],
        examples: [("landfall confirm", "the new configuration works, and stays")]
    ) { invocation throws(Failure) in
        Operated(try invocation.ask(Request("POST", "/confirm")), false).give(invocation)
    }
}
