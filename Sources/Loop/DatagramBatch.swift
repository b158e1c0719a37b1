internal import CLinux
internal import Glibc
public import Net

/// Reads datagrams and answers them many at a time: one system call for up to 64.
public final class DatagramBatch {
    /// An answer to datagram `index`: the bytes that follow those of the answer before, up to `end`.
    public struct Answer: Hashable, Sendable {
        public var index: Int
        public var end: Int

        public init(index: Int, end: Int) { (self.index, self.end) = (index, end) }
    }

    public static let capacity = Int(LANDFALL_BATCH)

    private let memory: DatagramMemory
    private let batch: UnsafeMutablePointer<landfall_batch>

    /// The memory's batch for this thread.
    public init(in memory: DatagramMemory, thread: Int) {
        self.memory = memory
        batch = memory.batch(thread)
        landfall_batch_prepare(batch)
    }

    /// Takes what has arrived, and forgets what it had before. Returns how many there are; 0 when none, or when the
    /// kernel told of an earlier answer's failure, which reading has cleared. What is longer than 4096 bytes is cut.
    ///
    /// - Parameter cookie: the socket's. From here to `done` its queries are in hand.
    public func receive(_ socket: Socket, _ cookie: SocketCookie) -> Int {
        Int(max(0, landfall_batch_receive(batch, socket.descriptor, cookie.value)))
    }

    /// What was received is dealt with.
    public func done() { landfall_batch_done(batch) }

    /// How many of its queries a process that was killed has left in this memory, as if they had been received now. They
    /// are given once.
    public func takeLeft(by cookie: SocketCookie) -> Int { Int(landfall_batch_left(batch, cookie.value)) }

    /// Lends the bytes of the first `count` datagrams, one after the other, each with where it came from.
    public func forEach(_ count: Int, _ body: (Int, Span<UInt8>, Client) -> Void) {
        for index in 0..<count {
            var (length, high, low) = (0, UInt64(0), UInt64(0))
            let start = landfall_batch_query(batch, Int32(index), &length)
            landfall_batch_client(batch, Int32(index), &high, &low)
            // SAFETY: the batch owns `length` bytes there until it receives again, and `body` can't keep the span.
            body(index, UnsafeBufferPointer(start: start, count: length).span, Client(high: high, low: low))
        }
    }

    /// An address of the socket's family, left-aligned in two words.
    public struct Client: Hashable, Sendable {
        public var high: UInt64
        public var low: UInt64

        public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

        public init(_ address: Address) {
            high = UInt64(truncatingIfNeeded: address.bits >> 64)
            low = UInt64(truncatingIfNeeded: address.bits)
        }
    }

    /// Sends `answers`, whose bytes lie one behind the other in `bytes`, to where the datagrams came from. Returns how
    /// many the kernel took; the others are lost, as they could be on the way.
    public func send(_ answers: [Answer], _ bytes: [UInt8], over socket: Socket) -> Int {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for answer in answers {
                precondition(start <= answer.end && answer.end <= bytes.count)
                // SAFETY: checked above; `bytes` stays where it is until the batch is sent.
                let first = bytes.baseAddress?.advanced(by: start)
                landfall_batch_answer(batch, Int32(answer.index), first, answer.end - start)
                start = answer.end
            }
            return Int(landfall_batch_send(batch, socket.descriptor))
        }
    }
}

/// Tells a socket from all others of this machine, and is the same in every process that holds it (SO_COOKIE).
public struct SocketCookie: Hashable, Sendable {
    fileprivate let value: UInt64

    public init(_ socket: Socket) { value = landfall_cookie(socket.descriptor) }
}

extension Socket {
    /// No trust in forged "fragmentation needed" messages: for datagrams that every link passes whole (RFC 9715 §3.1).
    public func ignorePathMTU() throws(SystemError) {
        if local?.address.family == .ipv6 {
            try set(Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT)
        } else {
            try set(Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_PMTUDISC_OMIT)
        }
    }

    /// Room for what arrives while nobody reads; the kernel gives as much of it as it allows.
    public func setReceiveBuffer(_ bytes: Int32) throws(SystemError) { try set(SOL_SOCKET, SO_RCVBUF, bytes) }
}
