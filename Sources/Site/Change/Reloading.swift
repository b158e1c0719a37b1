internal import Config
internal import Control
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
    /// Whether zones were, when they were read last without the file.
    var hasRefusedZones = false

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
            /// The zones alone, by the configuration that is in use.
            case zones
            /// A copy that is kept; nil: the one before.
            case copy(Int?)
        }

        var what: What
        var isDry = false
        /// A user's name, or `SIGHUP`.
        var by: String
        var reply: ControlServer.Reply?
        /// Of zones: whether the file says what is in use, so that all of it is read again.
        var isWhole = false
        /// Whether a confirmation was awaited when its reading began.
        var cameWhileAwaiting = false
        var isSignal: Bool { reply == nil }
        var isCopy: Bool { if case .copy = what { true } else { false } }
        /// It counts as soon as it is done, without a confirmation.
        var isFinal: Bool {
            switch what {
            case .file(confirmWithin: nil), .zones: true
            case .file, .copy: false
            }
        }
    }

    /// Why the old configuration stays.
    enum Objection {
        /// What is there can't be used; a line each.
        case bad([String])
        /// It can, but not by an agent that runs, or not on this machine as it is.
        case impossible([String])
        case notNow(String)
        /// There is no such copy.
        case missing(String)

        var problems: [String] {
            switch self {
            case .bad(let problems), .impossible(let problems): problems
            case .notNow(let reason), .missing(let reason): [reason]
            }
        }

        /// For whoever asked.
        var status: Int {
            switch self {
            case .bad: 422
            case .impossible, .notNow: 409
            case .missing: 404
            }
        }

        /// Whether the file is not what runs: an alarm, until one is accepted.
        var isAboutFile: Bool {
            switch self {
            case .bad, .impossible: true
            case .notNow, .missing: false
            }
        }
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
