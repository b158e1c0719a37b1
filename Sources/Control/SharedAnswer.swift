internal import HTTP
internal import Net

/// What a question was answered while others wait for their turn. A thousand who ask the same at once are told the same: what
/// was looked into after they had asked is as true as if it had been looked into for each.
struct SharedAnswer {
    /// A method and a target, and nothing else of a request: so no header makes two questions of one.
    let question: Request
    /// When it was looked into.
    let begun: Instant
    let response: Response

    /// What it holds; the rest of a response is a line or two.
    var bytes: Int { response.body.count + question.target.utf8.count }

    func answers(_ other: Request, of time: Instant) -> Bool { question == other && begun >= time }
}
