/// What one client saw: its queries in the order in which they were sent.
struct Trace: Sendable, Equatable {
    enum Answer: Int, Sendable { case none, site, survivor }

    struct Query: Sendable, Equatable {
        /// Seconds of the monotonic clock.
        var sent: Double
        var answer: Answer
    }

    var queries: [Query] = []

    /// From `Client`'s lines: `sent nanoseconds, who`.
    init(text: String) {
        queries = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "sent", let time = Double(words[1]), let number = Int(words[2]),
                let answer = Answer(rawValue: number)
            else { return nil }
            return Query(sent: time / 1e9, answer: answer)
        }
    }

    init(_ queries: [Query]) { self.queries = queries }

    func upTo(_ end: Double) -> Trace { Trace(queries.filter { $0.sent <= end }) }

    /// From a failure to the first query that the survivor answered: when the client has moved. Nil: it hasn't.
    func moved(after failure: Double) -> Double? {
        queries.first { $0.sent >= failure && $0.answer == .survivor }.map { $0.sent - failure }
    }

    /// From the first unanswered query to the first that is answered after it by the survivor, or by the site again when
    /// the client never moves; 0 when all were answered, infinite when none was any more. Queries of the last
    /// `tail` seconds may still be under way and don't count.
    func outage(after failure: Double, tail: Double = 0.1) -> Double {
        guard let end = queries.last?.sent else { return .infinity }
        let rest = queries.drop { $0.sent < failure }
        guard let first = rest.first(where: { $0.answer == .none }), first.sent < end - tail else { return 0 }
        let later = rest.drop { $0.sent <= first.sent }
        let next = later.first { $0.answer == .survivor } ?? later.first { $0.answer == .site }
        return next.map { $0.sent - first.sent } ?? .infinity
    }
}
