import Control
import HTTP

extension Verb {
    static let undo = Verb(
        name: "undo",
        summary: "Take back what an operator did last, or the act with a number.",
        description: """
            Names the act and what taking it back does, then does it. Two undos go two back. What has ended by itself or was
            superseded is refused. To undo an undrain is to drain again, which wants the same confirmation as any drain.
            """,
        arguments: [
            Argument(name: "N", summary: "The act's number, from landfall history.", isRequired: false),
            Argument(
                name: "FILE", summary: "For --via: the configuration that has the other hosts.", isRequired: false),
        ],
        options: [
            .via, .confirmed,
            Option(name: "force", summary: "Drain again without confirmation."),
            Option(name: "dry-run", summary: "Say what it would do, and do nothing."),
            .socket, .json,
        ],
        examples: [
            ("landfall undo --dry-run", "what would be taken back"),
            ("landfall undo", "the latest act"),
            ("landfall undo 7", "act 7 of landfall history"),
        ]
    ) { invocation throws(Failure) in
        var order = BackOrder(try invocation.number("an act", listedBy: "landfall history"))
        order.dryRun = true
        let draft: OrderAnswer = try invocation.ask(Request(order: order, to: "/undo"))
        if let act = draft.act, !invocation.has("json") { Terminal.print(act.line) }
        try invocation.requireConfirmation(of: draft)
        guard !invocation.has("dry-run") else { return Operated(draft, true).give(invocation) }
        // What was named, even if somebody did something else meanwhile.
        order.number = draft.act?.number
        order.dryRun = false
        let answer: OrderAnswer = try invocation.ask(Request(order: order, to: "/undo"))
        try invocation.lookAgain(draft)
        return Operated(answer, false).give(invocation)
    }
}

extension Invocation {
    fileprivate func requireConfirmation(of draft: OrderAnswer) throws(Failure) {
        guard let taken = draft.takesAway, !has("force") else { return }
        let status = try status()
        let confirmation = try confirm(status.prefixesLost(with: taken), status, vouched)
        guard confirmation.isEnough else { throw Failure(.expectationFailed, "undo: \(confirmation.refusal)") }
    }

    /// As after the beginning of any drain.
    fileprivate func lookAgain(_ draft: OrderAnswer) throws(Failure) {
        guard let taken = draft.takesAway, let target = draft.act?.target, !has("force"), vouched.isEmpty else {
            return
        }
        let again = try confirmAgain(taken)
        guard !again.isEnough else { return }
        let _: OrderAnswer = try ask(Request(order: UndrainOrder(target), to: "/undrain"))
        throw Failure(.expectationFailed, "undo: \(again.refusalAfterwards)")
    }
}

extension History.Act {
    /// `act 3, by root at 2026-…: drain of the host: …`
    var line: String { "act \(number), by \(by) at \(at): \(effect)" }
}
