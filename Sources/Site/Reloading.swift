internal import Config
internal import Loop
internal import Net

/// What an agent knows about reading its configuration again. The files are read by one thread and what was accepted is
/// kept by another: a disk that hangs, a pipe that nobody writes to, or a zone of a million names hold up neither
/// announcements nor, what is kept being elsewhere, the way back.
struct Reloading {
    let reader: Loop
    let keeper: Loop
    /// One at a time, in the order in which they were asked for.
    var queue: [Request] = []
    var current: Request?
    /// The file that a reader that was given up on still reads.
    var stuck: String?
    var awaiting: Awaiting?
    /// Alarms that are open, each once.
    var complaints: [Complaint: String] = [:]
    /// What the file was refused for when it was read last.
    var refused: [String] = []

    static let mostQueued = 16
    /// What reading may take before it is given up.
    static let patience = Duration.seconds(30)

    init(_ beginning: Beginning) throws(SystemError) {
        (reader, keeper) = (try Loop(name: "reader"), try Loop(name: "keeper"))
        refused = beginning.refused
        if let trouble = beginning.trouble { complaints[.unkept] = trouble }
    }

    struct Request {
        enum What {
            case file(confirmWithin: Duration?)
            /// A copy that is kept; nil: the one before.
            case copy(Int?)
        }

        var what: What
        var isDry = false
        /// A user's name, or `SIGHUP`.
        var by: String
        var reply: ControlRoute.Reply?
        var isSignal: Bool { reply == nil }
    }

    /// A configuration that goes back by itself.
    struct Awaiting {
        /// What it goes back to.
        var before: InUse
        var by: String
        var ends: Instant
        var timer: Timer
    }

    enum Complaint: CaseIterable {
        case refused, pinned, unkept
    }
}
