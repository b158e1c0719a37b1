internal import Loop
internal import Net

/// One TCP client: bytes that have arrived and aren't answered yet, and answers that it hasn't read. A client that sends
/// whole queries and reads their answers holds no memory here.
final class Connection {
    let socket: Socket
    /// Of what its client may have.
    let share: ClientShares.Share
    let client: DatagramBatch.Client
    /// Where its answers count; nil for one from the address that it asks.
    let others: Others?
    let isIPv6: Bool
    /// When it last asked a whole query or read all answers: bytes that trickle in don't count.
    var lastProgress: Instant
    /// nil once it is closed.
    var watch: Watch?
    /// Its client asks nothing more, and may still read.
    var clientHasEnded = false
    /// What it is watched for.
    var interest: Readiness = .readable
    /// The beginning of a query, or queries that wait until the client reads.
    var received: [UInt8] = []
    /// Its client was told that no more comes, and nothing that it still sends is answered.
    private(set) var isLeaving = false
    /// What the kernel didn't take yet.
    private(set) var unsent: [UInt8] = []
    private var sent = 0
    /// Its neighbors in the queue.
    fileprivate var older: Connection?
    fileprivate unowned(unsafe) var newer: Connection?

    init(
        _ socket: Socket, _ address: Address, _ share: ClientShares.Share, _ others: Others?, now: Instant
    ) {
        (self.socket, self.share, self.others, lastProgress) = (socket, share, others, now)
        (client, isIPv6) = (DatagramBatch.Client(address), address.family == .ipv6)
    }

    /// Bytes that wait for the client to read.
    var pending: Int { unsent.count - sent }

    /// What it takes of our memory.
    var held: Int { received.capacity + unsent.capacity }

    /// Whether its client has nothing to wait for, and had the time to ask for more.
    func isQuiet(_ now: Instant) -> Bool {
        received.isEmpty && pending == 0 && now - lastProgress >= .milliseconds(200)
    }

    /// Hands over answers; what doesn't go at once waits behind what waited before.
    func send(_ bytes: [UInt8]) throws(SystemError) {
        let count = pending > 0 ? 0 : try socket.send(bytes)
        if count < bytes.count { unsent.append(contentsOf: bytes[count...]) }
    }

    /// Goes on with what waits. Whether all of it went.
    func flush() throws(SystemError) -> Bool {
        if pending > 0 { sent += try socket.send(unsent[sent...]) }
        guard pending == 0 else { return false }
        (unsent, sent) = ([], 0)
        return true
    }

    /// Not before the client has read all answers.
    func takeLeave() throws(SystemError) {
        guard !isLeaving, pending == 0 else { return }
        (isLeaving, received) = (true, [])
        try socket.endSending()
    }

    /// Takes the first bytes of what was received away.
    func consume(_ count: Int) {
        if count == received.count { received = [] } else if count > 0 { received.removeFirst(count) }
    }
}

/// All connections, whoever was silent for longest first.
struct ConnectionQueue {
    // SAFETY: a connection is held by the one after it or, the last, by `newest`. So `newer` is there for as long as it is
    // named: it holds the connection that names it, and whoever is taken out is forgotten on both sides.
    private var newest: Connection?
    private(set) unowned(unsafe) var oldest: Connection?
    private(set) var count = 0

    /// As the one that did something last.
    mutating func append(_ connection: Connection) {
        connection.older = newest
        connection.newer = nil
        newest?.newer = connection
        if newest == nil { oldest = connection }
        newest = connection
        count += 1
    }

    mutating func remove(_ connection: Connection) {
        let (older, newer) = (connection.older, connection.newer)
        if let newer { newer.older = older } else { newest = older }
        if let older { older.newer = newer } else { oldest = newer }
        (connection.older, connection.newer) = (nil, nil)
        count -= 1
    }

    mutating func touch(_ connection: Connection, _ now: Instant) {
        connection.lastProgress = now
        guard connection !== newest else { return }
        remove(connection)
        append(connection)
    }

    /// From the oldest on.
    var all: [Connection] {
        var (all, next) = ([Connection](), oldest)
        while let connection = next {
            all.append(connection)
            next = connection.newer
        }
        return all
    }
}

extension Span where Element == UInt8 {
    /// Of the query that begins at `start` behind its length, and is all there (RFC 1035 §4.2.2).
    func lengthOfQuery(at start: Int) -> Int? {
        guard count - start >= 2 else { return nil }
        let length = Int(self[start]) << 8 | Int(self[start + 1])
        return count - start - 2 >= length ? length : nil
    }
}
