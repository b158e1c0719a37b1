import Control
import HTTP

extension Verb {
    static let rollback = Verb(
        name: "rollback",
        summary: "Go back to a configuration that was accepted before.",
        description: """
            To the one that was in use before this one, or to the copy with a number; zone files and all. The last ten are
            kept. From then on the copy counts, over restarts too, until landfall reload has accepted the file again. While
            a confirmation is awaited, it goes back at once. --dry-run also prints what `landfall check` finds in the copy and
            not in what is in use.
            """,
        arguments: [Argument(name: "N", summary: "The copy's number, from --list.", isRequired: false)],
        options: [
            Option(name: "list", summary: "Show the copies that are kept, the latest first, and do nothing."),
            Option(name: "dry-run", summary: "Say what would change and what the lint newly finds, and do nothing."),
            .socket, .json,
        ],
        examples: [
            ("landfall rollback --list", "what is kept"),
            ("landfall rollback --dry-run", "what would change"),
            ("landfall rollback 16", "back to copy 16"),
        ]
    ) { invocation throws(Failure) in
        let number = try invocation.number("a copy", listedBy: "landfall rollback --list")
        guard !invocation.has("list") else { return try invocation.listCopies() }
        var order = BackOrder(number)
        order.dryRun = invocation.has("dry-run")
        return try invocation.reload(Request(order: order, to: "/rollback"))
    }
}

extension Invocation {
    fileprivate func listCopies() throws(Failure) -> Exit {
        let list: AcceptedList = try ask(Request("GET", "/accepted"))
        if has("json") {
            Terminal.print(json: list)
        } else if list.copies.isEmpty {
            Terminal.say("Nothing is kept yet.")
        } else {
            let rows = list.copies.map { copy in
                let mark = copy.isInUse ? "in use" : copy.isTarget ? "landfall rollback" : ""
                let zones = copy.zones == 1 ? "1 zone" : "\(copy.zones) zones"
                return [
                    "\(copy.number)", copy.accepted, copy.by, String(copy.hash.prefix(12)), "\(copy.bytes) B", zones,
                    mark,
                ]
            }
            let header = ["COPY", "ACCEPTED", "BY", "HASH", "SIZE", "", ""]
            Terminal.print(Table(header: header, rows, rightAligned: [0, 4]).text)
        }
        return .done
    }
}
