import Control
import FoundationEssentials
import Net

extension Verb {
    static let routes = Verb(
        name: "routes",
        summary: "What a router knows: each route, what became of it and why.",
        description: """
            Of the best routes or, where one prefix or address is asked for, of all: which are in use, at which step of the
            decision the others lost (with its letter in RFC 4271 §9.1.2.2) and to whom, what import dropped and by which
            rule. Or one neighbor's tables: what it sent, what of that was dropped, what it is told, and what it isn't told
            and why. A router with a million routes answers in pages, and its neighbors notice nothing.

            --json prints each route as a line of JSON (docs/router-json.md). Exit code 1 where WHAT has no such route.
            """,
        arguments: [
            Argument(
                name: "WHAT", summary: "A prefix: its routes. An address: those of the longest match.",
                isRequired: false)
        ],
        options: [
            .init(name: "best", summary: "What is in use (the Loc-RIB)."),
            .init(name: "all", summary: "Everything that neighbors sent, and our own."),
            .init(name: "received", value: "NEIGHBOR", summary: "As it came from there (its Adj-RIB-In)."),
            .init(name: "filtered", value: "NEIGHBOR", summary: "What came from there and was dropped."),
            .init(name: "sent", value: "NEIGHBOR", summary: "What it is told, as it is told (its Adj-RIB-Out)."),
            .init(name: "withheld", value: "NEIGHBOR", summary: "What is in use and it isn't told."),
            .init(name: "within", summary: "Of the prefix WHAT and of all that lie in it."),
            .init(name: "asn", value: "N", summary: "Only with this AS anywhere in the path."),
            .init(name: "origin", value: "N", summary: "Only those that come from this AS."),
            .init(
                name: "community", value: "C", summary: "Only with 65000:100, 65000:*, no-export, 65000:1:2, 65000:1:*."
            ),
            .init(name: "limit", value: "N", summary: "At most N routes."),
            .init(name: "count", summary: "How many there are, and not which."),
            .routerSocket,
            .init(name: "json", summary: "Print each route as a line of JSON (docs/router-json.md)."),
        ],
        examples: [
            ("landfall routes", "the routes that are in use"),
            ("landfall routes 203.0.113.53", "where packets to an address go, and why there"),
            ("landfall routes --filtered transit-a", "what import dropped, and by which rule"),
            ("landfall routes --withheld peer-a --origin 64510", "why a peer isn't told"),
            (
                "landfall routes --all --json | jq -r 'select(.state == \"lost\") | .step' | sort | uniq -c",
                "which steps decide"
            ),
        ]
    ) { invocation throws(Failure) in
        let question = try invocation.routesQuestion
        return invocation.has("count") ? try invocation.countRoutes(question) : try invocation.listRoutes(question)
    }
}

extension Invocation {
    /// Tables, by the option that chooses them.
    private static let tables: [(option: String, table: RoutesQuestion.Table)] = RoutesQuestion.Table.allCases.map {
        ($0.rawValue, $0)
    }

    fileprivate var routesQuestion: RoutesQuestion {
        get throws(Failure) {
            let chosen = Self.tables.filter { has($0.option) }
            if chosen.count > 1 {
                throw Failure("routes: --\(chosen[0].option) and --\(chosen[1].option) exclude each other")
            }
            let scope = try routesScope
            let usual: RoutesQuestion.Table =
                switch scope {
                case .exactly, .longest: .all
                case .everything, .within: .best
                }
            let table = chosen.first?.table ?? usual
            var question = RoutesQuestion(table, of: chosen.first.flatMap { value($0.option) })
            question.scope = scope
            question.asn = try readASN("asn")
            question.origin = try readASN("origin")
            question.community = try read(
                "community", as: "a community, such as 65000:100, 65000:*, no-export or 65000:1:2"
            ) { CommunityChoice($0) }
            question.counts = has("count")
            return question
        }
    }

    private var routesScope: RoutesQuestion.Scope {
        get throws(Failure) {
            guard let text = argument("WHAT") else {
                if has("within") { throw Failure("routes: --within wants a prefix") }
                return .everything
            }
            if let prefix = Prefix(text) { return has("within") ? .within(prefix) : .exactly(prefix) }
            if let slip = hostBits(of: text) { throw Failure("routes: \(slip)") }
            guard let address = Address(text) else {
                throw Failure(
                    "routes: \"\(text.printable(100))\" should be a prefix, such as 203.0.113.0/24, or an address")
            }
            if has("within") { throw Failure("routes: --within wants a prefix, and \(address) is an address") }
            return .longest(address)
        }
    }

    /// AS 0 is in no path (RFC 7607 §2).
    private func readASN(_ option: String) throws(Failure) -> ASN? {
        try read(option, as: "an AS number from 1 to 4294967295, such as 64500") { text in
            ASN(text).flatMap { $0 == ASN(0) ? nil : $0 }
        }
    }

    private func read<Value>(
        _ option: String, as wanted: String, _ parse: (String) -> Value?
    ) throws(Failure) -> Value? {
        guard let text = value(option) else { return nil }
        guard let value = parse(text) else {
            throw Failure("routes: --\(option) \"\(text.printable(100))\" should be \(wanted)")
        }
        return value
    }

    private var routesLimit: Int? {
        get throws(Failure) {
            try read("limit", as: "how many, such as 100") { text in
                Int(text).flatMap { $0 > 0 && text.utf8.count < 10 ? $0 : nil }
            }
        }
    }

    // MARK: Page by page

    fileprivate func countRoutes(_ question: RoutesQuestion) throws(Failure) -> Exit {
        guard try routesLimit == nil else { throw Failure("routes: --count and --limit exclude each other") }
        var (question, total) = (question, 0)
        var last: RoutesAnswer
        repeat {
            last = try routerAnswer(question.target)
            total += last.count ?? 0
            question.after = try next(last)
            if question.after != nil { Terminal.progress("\(total) routes so far") }
        } while question.after != nil
        Terminal.clearProgress()
        give(RoutesCount(table: last.table, neighbor: last.neighbor, time: last.time, count: total), "\(total)")
        return .done
    }

    /// Nothing is kept but the page that is being printed.
    fileprivate func listRoutes(_ question: RoutesQuestion) throws(Failure) -> Exit {
        var question = question
        question.asLines = has("json")
        var left = try routesLimit ?? .max
        var (table, count, isCut) = (RouteTable(question.table), 0, false)
        repeat {
            // One more than is wanted, in the end, to know whether there are more.
            question.limit = left < RoutesQuestion.usualLimit * 2 ? left + 1 : RoutesQuestion.usualLimit
            let (page, shown, found) = has("json") ? try lines(question, left) : try rows(question, left, &table)
            (left, count, isCut) = (left - shown, count + shown, found > shown)
            question.after = try next(page)
        } while question.after != nil && left > 0 && !Terminal.isLost
        if isCut { Terminal.say("There are more: --limit \(count) leaves them out.") }
        if count == 0, !has("json") { Terminal.say("There is no such route.") }
        return count == 0 && argument("WHAT") != nil ? .expectationFailed : .done
    }

    private func rows(
        _ question: RoutesQuestion, _ limit: Int, _ table: inout RouteTable
    ) throws(Failure) -> (page: RoutesAnswer, shown: Int, found: Int) {
        let page: RoutesAnswer = try routerAnswer(question.target)
        let routes = page.routes.prefix(limit)
        if !routes.isEmpty { Terminal.print(table.text(routes)) }
        return (page, routes.count, page.routes.count)
    }

    /// As they come: what is a line of JSON there is one here.
    private func lines(
        _ question: RoutesQuestion, _ limit: Int
    ) throws(Failure) -> (page: RoutesAnswer, shown: Int, found: Int) {
        let body = try routerLines(question.target)
        let lines = body.split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last, let page = try? JSONDecoder().decode(RoutesAnswer.self, from: Data(last)) else {
            throw Failure(.foreign, ofRouterBy: verb.name, at: routerSocket)
        }
        let routes = lines.dropLast().prefix(limit)
        if let first = routes.first, let end = routes.last {
            Terminal.print(String(decoding: body[first.startIndex..<end.endIndex], as: UTF8.self))
        }
        return (page, routes.count, lines.count - 1)
    }

    private func next(_ page: RoutesAnswer) throws(Failure) -> Prefix? {
        guard let text = page.next else { return nil }
        guard let prefix = Prefix(text) else { throw Failure(.foreign, ofRouterBy: verb.name, at: routerSocket) }
        return prefix
    }
}

/// How many routes there are, and not which; documented in docs/router-json.md.
private struct RoutesCount: Encodable {
    var schema = RoutesAnswer.schema
    var table: String
    var neighbor: String?
    var time: String
    var count: Int
}
