internal import CLinux
internal import Glibc
public import Net

/// Changes routes, many in one call (RTM_NEWROUTE, RTM_DELROUTE). The kernel carries a request out while it is sent, so a
/// call takes as long as the changes do, a few microseconds each, and never waits for anything else than the kernel's own
/// lock on its tables.
public final class RouteSocket {
    public enum Order: Hashable, Sendable {
        /// Makes it; EEXIST where somebody's has its prefix and metric.
        case add(TableRoute)
        /// Makes it, or puts it in the place of what has its prefix and metric.
        case put(TableRoute)
        /// Takes the one away that has its prefix, metric and protocol, whatever its ways.
        case remove(TableRoute)
        /// Takes exactly this one away.
        case removeExactly(TableRoute)
    }

    public struct Refusal: Hashable, Sendable {
        /// Which order, from 0.
        public var index: Int
        public var code: Int32
        /// The kernel's own words, or those for the code.
        public var reason: String

        public init(index: Int, code: Int32, reason: String) {
            (self.index, self.code, self.reason) = (index, code, reason)
        }
    }

    private let socket: Int32
    /// What changes that this socket makes are marked with (nlmsg_pid).
    let port: UInt32
    private var sequence: UInt32 = 0
    private var bytes: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 8192)

    /// In the calling thread's network namespace, or in `namespace`.
    public init(in namespace: Namespace? = nil) throws(SystemError) {
        socket =
            if let namespace { try namespace.run { landfall_netlink_routes() } } else { landfall_netlink_routes() }
        guard socket >= 0 else { throw SystemError("socket", "netlink") }
        port = landfall_netlink_port(socket)
    }

    deinit { close(socket) }

    /// Each refusal is a message of its own, which must fit what a socket keeps; and so must what is sent.
    private static let (mostOrders, mostBytes) = (128, 65536)

    /// Carries all of them out, in order; those that the kernel refused. An error means that it isn't known what became of
    /// them.
    public func carryOut(_ orders: [Order]) throws(SystemError) -> [Refusal] {
        var refusals: [Refusal] = []
        var next = 0
        while next < orders.count {
            let first = next
            next = write(orders, from: first)
            try send(bytes)
            try receive(first..<next, &refusals)
        }
        return refusals
    }

    /// Fills `bytes` with as many as may be sent at once, and returns which is the first that wasn't. The kernel answers each
    /// that it refuses, and the last one.
    private func write(_ orders: [Order], from first: Int) -> Int {
        bytes.removeAll(keepingCapacity: true)
        var next = first
        var last = 0
        while next < orders.count, next - first < Self.mostOrders, bytes.count < Self.mostBytes {
            last = bytes.count
            sequence &+= 1
            orders[next].put(acknowledged: false, sequence, into: &bytes)
            next += 1
        }
        bytes.removeSubrange(last...)
        orders[next - 1].put(acknowledged: true, sequence, into: &bytes)
        return next
    }

    private func send(_ bytes: [UInt8]) throws(SystemError) {
        guard Glibc.send(socket, bytes, bytes.count, 0) == bytes.count else { throw SystemError("netlink", "routes") }
    }

    /// All answers are there already. Where the last one isn't, some were lost.
    private func receive(_ range: Range<Int>, _ refusals: inout [Refusal]) throws(SystemError) {
        let base = sequence &- UInt32(range.count - 1)
        var isDone = false
        while !isDone {
            let count = landfall_netlink_receive(socket, &buffer, buffer.count)
            guard count >= 0 else { throw SystemError("netlink", "routes", code: errno == EAGAIN ? ENOBUFS : errno) }
            guard count <= buffer.count, let messages = try? NetlinkMessage.decode(buffer.span.extracting(first: count))
            else {
                throw SystemError("netlink", "routes", code: EBADMSG)
            }
            for message in messages {
                let index = message.sequence &- base  // wraps for the answer to an earlier batch
                guard index < range.count, let code = message.errorCode else { continue }
                if code != 0 { refusals.append(Refusal(range.lowerBound + Int(index), code, message.errorText)) }
                if index == range.count - 1 { isDone = true }
            }
        }
    }
}

extension RouteSocket.Order {
    fileprivate func put(acknowledged: Bool, _ sequence: UInt32, into bytes: inout [UInt8]) {
        switch self {
        case .add(let route):
            route.request(exclusively: true, acknowledged: acknowledged, sequence, into: &bytes)
        case .put(let route):
            route.request(acknowledged: acknowledged, sequence, into: &bytes)
        case .remove(let route):
            route.request(removing: true, acknowledged: acknowledged, sequence, into: &bytes)
        case .removeExactly(let route):
            route.request(removing: true, exactly: true, acknowledged: acknowledged, sequence, into: &bytes)
        }
    }
}

extension RouteSocket.Refusal {
    fileprivate init(_ index: Int, _ code: Int32, _ text: String?) {
        let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        self.init(index: index, code: code, reason: text ?? words)
    }
}
