internal import CLinux
internal import Glibc
public import Net

/// The routes of a table, a datagram after the other, so that a million of them neither fill the memory nor hold up whoever
/// reads them. Never blocks.
public final class RouteDump {
    public enum Progress: Sendable {
        case more
        /// That was the last. When something changed meanwhile (NLM_F_DUMP_INTR), some may be missing or come twice.
        case ended(isConsistent: Bool)
    }

    private let socket: Int32
    private let table: UInt32
    private let family: Family
    private var buffer = [UInt8](repeating: 0, count: 65536)
    private var isConsistent = true

    /// Of the calling thread's network namespace, or of `namespace`.
    public init(of table: UInt32, _ family: Family, in namespace: Namespace? = nil) throws(SystemError) {
        (self.table, self.family) = (table, family)
        socket =
            if let namespace { try namespace.run { landfall_netlink_routes() } } else { landfall_netlink_routes() }
        guard socket >= 0 else { throw SystemError("socket", "netlink") }
        do { try ask() } catch {
            close(socket)
            throw error
        }
    }

    deinit { close(socket) }

    private func ask() throws(SystemError) {
        // struct rtmsg: with NETLINK_GET_STRICT_CHK the kernel goes by what is set in it.
        var body: [UInt8] = [family.kernel, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        body.putAttribute(RTA_TABLE.rawValue, table)
        let flags = UInt16(NLM_F_REQUEST | NLM_F_DUMP)
        let request = NetlinkMessage(type: UInt16(RTM_GETROUTE), flags: flags, sequence: 1, body: body).encoded
        guard send(socket, request, request.count, 0) == request.count else { throw SystemError("netlink", "routes") }
    }

    /// Some hundreds more.
    public func next(_ body: (TableRoute) -> Void) throws(SystemError) -> Progress {
        let count = landfall_netlink_receive(socket, &buffer, buffer.count)
        guard count > 0, count <= buffer.count else {
            throw SystemError("netlink", "routes", code: count < 0 ? errno : EMSGSIZE)
        }
        var ending: Int32?
        do {
            try NetlinkMessage.walk(buffer.span.extracting(first: count)) { header, part in
                if Int32(header.flags) & NLM_F_DUMP_INTR != 0 { isConsistent = false }
                switch Int32(header.type) {
                case NLMSG_DONE, NLMSG_ERROR: ending = Self.code(part)
                // A kernel without strict checking gives all tables.
                default: if let route = TableRoute(header, part), route.table == table { body(route) }
                }
            }
        } catch { throw SystemError("netlink", "routes", code: EBADMSG) }
        guard let ending else { return .more }
        // ENOENT: nobody has ever had a route in that table.
        guard ending == 0 || ending == ENOENT else { throw SystemError("netlink", "routes", code: ending) }
        return .ended(isConsistent: isConsistent)
    }

    private static func code(_ body: consuming Span<UInt8>) -> Int32 {
        guard let word = try? body.native32() else { return EBADMSG }
        return 0 &- Int32(bitPattern: word)
    }
}
