import Codes
import Control
import Files
import FoundationEssentials
import Net
import Site

extension Verb {
    static let explain = Verb(
        name: "explain",
        summary: "The story of a prefix; why an AS lands where it does; what a code or an event stands for.",
        description: """
            Of a code or its name: what it says, the rule behind it, where to look, and what to do. Of the number of an
            event, as landfall events shows it: what happened, which check asked what and which answer came, and the same.
            Without an argument, the list of all codes.

            Of a prefix or an address, at a router: every path to it and what import made of it, the decision step by step,
            where packets go, and who is told and who isn't and why. At an agent: why it is announced or not, and what each
            neighbor is told. Exit code 1 where a router has no route.

            Of an AS, by a plan (landfall plan) of FILE: the route that it would choose, each other one with the rule that
            beat it, and the smallest change that would make it land elsewhere (docs/failures.md).
            """,
        arguments: [
            Argument(
                name: "WHAT", summary: "A prefix, an address, an AS, a code, its name, or the number of an event.",
                isRequired: false),
            Argument(name: "FILE", summary: "Of an AS: the configuration that is planned.", isRequired: false),
        ],
        options: [Option.routerSocket, Option.state] + planning + [
            Option(name: "to", value: "SITE", summary: "Of an AS: where it should land."), .json,
        ],
        examples: [
            ("landfall explain LF-A401", "what an alarm stands for and what to do"),
            ("landfall explain withdrawn", "the same, by name"),
            ("landfall explain 17", "why event 17 happened, with its evidence"),
            ("landfall explain", "all codes"),
            ("landfall explain 203.0.113.0/24", "the story of a prefix"),
            ("landfall explain 203.0.113.53", "where packets to an address go, and why"),
            ("landfall explain AS65548 examples/three-sites.yaml", "why an AS would land where it does"),
        ]
    ) { invocation throws(Failure) in
        if let what = invocation.argument("WHAT"), what.uppercased().hasPrefix("AS"), let asn = ASN(what) {
            return try invocation.explainAS(asn)
        }
        try invocation.refusePlanning()
        if let what = invocation.argument("WHAT"), Prefix(what) != nil || Address(what) != nil {
            return try invocation.explainPrefix(what)
        }
        if let what = invocation.argument("WHAT"), let slip = hostBits(of: what) { throw Failure("explain: \(slip)") }
        let report = try Explained(invocation)
        invocation.give(report, report.text(isList: invocation.argument("WHAT") == nil))
        return .done
    }
}

/// What `landfall explain` says; documented in docs/json.md.
struct Explained: Encodable {
    var schema = "landfall.explain/1"
    var event: Event?
    var codes: [Code]

    struct Code: Encodable {
        var code, name, title, meaning, remedy: String

        init(_ what: Explanation) {
            (code, name, title) = (what.code, what.name, what.title)
            (meaning, remedy) = (what.meaning, what.remedy)
        }
    }

    init(_ invocation: Invocation) throws(Failure) {
        guard let what = invocation.argument("WHAT") else {
            codes = Explanations.all.map(Code.init)
            return
        }
        if !what.isEmpty, what.allSatisfy(\.isNumber) {
            let event = try Self.event(what, invocation)
            self.event = event
            // Of an alarm, its own explanation says more than that of the event.
            codes = Explanations.all.filter { $0.code == event.alarm ?? event.code }.map(Code.init)
        } else {
            codes = try Explanations.named(what, for: "explain").map(Code.init)
        }
    }

    private static func event(_ text: String, _ invocation: Invocation) throws(Failure) -> Event {
        let files = invocation.eventFiles
        try invocation.requireStateFolder()
        var events: [Event] = []
        do throws(FileError) {
            if let event = try files.latest(1, where: { "\($0.id)" == text }).first { return event }
            events = try files.latest()
        } catch { throw invocation.failure(error) }
        guard let first = events.first, let last = events.last else {
            throw Failure("explain: no event is kept in \(files.folder)")
        }
        throw Failure("explain: there is no event \(text) in \(files.folder), which has \(first.id) to \(last.id)")
    }

    func text(isList: Bool) -> String {
        if isList { return Table(codes.map { [$0.code, $0.name, $0.title] }).text }
        let told = event.map(EventText.init)
        let evidence = told.map(\.evidence) ?? ""
        let parts = [told?.line ?? "", evidence.isEmpty ? "" : "Evidence:\n\(evidence)"] + codes.map(\.text)
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}

extension Explained.Code {
    fileprivate var text: String {
        let head = Terminal.paint("\(code) \(name)", .bold) + ": " + title
        let told = [meaning, remedy.isEmpty ? "" : "What to do: " + remedy]
        let parts = [head] + told.map { $0.wrapped(at: 100).joined(separator: "\n") }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
