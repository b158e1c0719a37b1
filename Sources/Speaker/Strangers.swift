internal import BGP
internal import Loop
internal import Net

/// Connections from addresses that are no neighbor's: told so (Cease/Connection Rejected, RFC 4486 §4) and closed.
final class Strangers {
    private(set) var count: UInt64 = 0
    private let closing = Closing()

    /// More than these at a time are closed without a word.
    private static let mostAtOnce = 16

    func refuse(_ socket: Socket, on loop: Loop) {
        count += 1
        let id = ConnectionID(.incoming, count)
        guard closing.count < Self.mostAtOnce else { return }
        guard let stream = try? Stream(loop: loop, socket: socket, onEvent: { [closing] in closing.take($0, id) })
        else { return }
        stream.send(Message.notification(BGPError.rejected.notification).encoded(Codec()))
        closing.add(Transport(socket: socket, stream: stream, isConnecting: false), id, on: loop)
    }
}

/// So many in each second, or other span, and no more.
struct RateLimit {
    private let count: Int
    private let span: Duration
    private var current: Int64 = .min
    private var used = 0

    init(_ count: Int, per span: Duration) { (self.count, self.span) = (count, span) }

    mutating func allows(_ now: Instant) -> Bool {
        let number = now.nanoseconds / span.nanoseconds
        if number != current { (current, used) = (number, 0) }
        used += 1
        return used <= count
    }
}
