internal import HTTP
internal import Loop
internal import Net

/// One connection of a control server.
///
///     ┌─────────┐ a whole request ┌────────┐ its turn ┌────────┐ reply ┌─────────┐
///     │ waiting │ ──────────────▶ │ asking │ ───────▶ │ served │ ────▶ │ telling │
///     └─────────┘                 └────────┘          └────────┘       └─────────┘
///          ▲                                                                │ all is read
///          ╰────────────────────────────────────────────────────────────────╯
///
/// What is no request is answered with what is wrong with it, and that was it (`ending`), as it was after an answer to a
/// client that asks for no more.
struct ControlConnection {
    let stream: Stream
    let caller: Caller
    var decoder: Decoder
    var deadline: Timer
    var state = State.waiting
    /// Of the request that was served last: HEAD has no body for an answer, and after the last one the connection ends.
    var method = ""
    var isLast = false
    /// What is counted of it in what all hold.
    var bytes = 0

    enum State {
        /// For a whole request.
        case waiting
        /// For its turn.
        case asking(Request, since: Instant)
        /// For a reply; one to another request comes too late.
        case served(UInt64)
        /// For the other end to read.
        case telling
        case ending
    }

    var stage: Crowd.Stage {
        switch state {
        case .waiting, .telling, .ending: .idle
        case .asking: .asking
        case .served: .served
        }
    }
}
