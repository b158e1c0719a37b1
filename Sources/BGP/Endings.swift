/// How sessions and attempts with a neighbor ended, since a session was last up.
///
/// After an error that BGP knows, TCP often fails in turn: the neighbor closes what it doesn't want, or is away to be
/// mended. Then the last end is what happened, and the one before it is what to look at.
public struct Endings: Hashable, Sendable {
    public private(set) var last: Down?
    /// The last that a NOTIFICATION told, sent or received; the neighbor's Cease only where there was nothing worse, for
    /// "not now" is how many speakers refuse what comes after an error.
    public private(set) var cause: Down?

    mutating func note(_ down: Down) {
        last = down
        if down.weight > 0, down.weight >= cause?.weight ?? 0 { cause = down }
    }

    /// The session is up: what was before explains nothing any more.
    mutating func forgetCause() { cause = nil }
}

extension Endings: CustomStringConvertible {
    /// `the neighbor says it is AS64501, expected AS64500 (we said: OPEN Message Error/Bad Peer AS); since then: connect:
    /// Connection refused`. Empty when nothing has ended.
    public var description: String {
        guard let last else { return "" }
        guard let cause, cause != last else { return last.inFull }
        return "\(cause.inFull); since then: \(last)"
    }
}

extension Down {
    fileprivate var weight: Int {
        switch self {
        case .connectionLost: 0
        case .notified(let notification): notification.code == .cease ? 1 : 2
        case .error, .holdTimeRefused: 2
        }
    }

    /// With what the neighbor was told, by which its operator finds it in a log.
    fileprivate var inFull: String {
        if case .error(let error) = self { "\(error) (we said: \(error.notification))" } else { "\(self)" }
    }
}
