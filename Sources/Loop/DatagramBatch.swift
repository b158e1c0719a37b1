internal import CLinux
internal import Glibc
public import Net

/// Reads datagrams and answers them many at a time: one system call for up to 64. Its memory is lent to the kernel again
/// and again.
public final class DatagramBatch {
    /// An answer to datagram `index`: the bytes that follow those of the answer before, up to `end`.
    public struct Answer: Hashable, Sendable {
        public var index: Int
        public var end: Int

        public init(index: Int, end: Int) { (self.index, self.end) = (index, end) }
    }

    public static let capacity = Int(LANDFALL_BATCH)

    private let batch: UnsafeMutablePointer<landfall_batch>

    public init() throws(SystemError) {
        guard let batch = landfall_batch_new() else { throw SystemError("calloc", code: ENOMEM) }
        self.batch = batch
    }

    deinit { free(batch) }

    /// Takes what has arrived, and forgets what it had before. Returns how many there are; 0 when none, or when the
    /// kernel told of an earlier answer's failure, which reading has cleared. What is longer than 4096 bytes is cut.
    public func receive(_ socket: Socket) -> Int { Int(max(0, landfall_batch_receive(batch, socket.descriptor))) }

    /// Lends the bytes of datagram `index`.
    public func read<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        var length = 0
        let start = landfall_batch_query(batch, Int32(index), &length)
        // SAFETY: the batch owns `length` bytes there until it receives again, and `body` can't keep the span.
        return body(UnsafeBufferPointer(start: start, count: length).span)
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

    /// How many of the answers of the last `send` were for somebody else than this address.
    public func answers(toOthersThan address: Address) -> Int {
        let (high, low) = (UInt64(truncatingIfNeeded: address.bits >> 64), UInt64(truncatingIfNeeded: address.bits))
        return Int(landfall_batch_others(batch, high, low))
    }
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
