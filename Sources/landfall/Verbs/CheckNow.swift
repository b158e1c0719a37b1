import Control
import HTTP
import Net

extension Verb {
    static let checkNow = Verb(
        name: "check-now",
        summary: "Make checks at once, and show what came back.",
        description: """
            Asks the service as its checks do, beside their schedule, and waits for the results; of programs it shows what
            they printed. The results count like any others. Exit code 1 when one failed or could not be made.
            """,
        arguments: [
            Argument(
                name: "CHECK", summary: "Its name, or how that begins: dns, \"dns www.example.org A\"; all otherwise.",
                isRequired: false)
        ],
        options: [
            Option(name: "address", value: "A", summary: "At this service address only."), .socket, .json,
        ],
        examples: [
            ("landfall check-now", "all of them"),
            ("landfall check-now exec --address 203.0.113.53", "what the program says about one address"),
        ]
    ) { invocation throws(Failure) in
        var order = CheckOrder()
        (order.check, order.address) = (invocation.argument("CHECK"), invocation.value("address"))
        if let text = order.address {
            guard let address = Address(text) else { throw Failure("check-now: --address \(text): no IP address") }
            order.address = "\(address)"
        }
        Terminal.progress("checking")
        // A check may take a minute, and one that was under way already comes first.
        let answer: CheckAnswer = try invocation.ask(Request(order: order, to: "/check-now"), within: .seconds(130))
        Terminal.clearProgress()
        invocation.give(answer, answer.text)
        return answer.results.allSatisfy(\.isGood) ? .done : .expectationFailed
    }
}

extension CheckAnswer.Result {
    fileprivate var isGood: Bool { result == "passed" || result == "degraded" }
}

extension CheckAnswer {
    fileprivate var text: String {
        let table = Table(
            results.map { row in
                let colour: Terminal.Colour = ["passed": .green, "degraded": .yellow][row.result] ?? .red
                let time = row.milliseconds.map { "\(($0 * 10).rounded() / 10) ms" } ?? "-"
                let verdict = "the check is \(row.verdict)"
                return [
                    row.check, row.address, Terminal.paint(row.result, colour), time, verdict, row.reason ?? "",
                ]
            }, rightAligned: [3])
        let outputs = results.compactMap { row in
            row.output.map { "\(row.check) at \(row.address) printed:\n" + indented($0) }
        }
        return ([table.text] + outputs).joined(separator: "\n")
    }

    /// A program may print anything; a terminal must not obey it.
    private func indented(_ output: String) -> String {
        output.split(whereSeparator: \.isNewline).map { "  " + $0.printable() }.joined(separator: "\n")
    }
}
