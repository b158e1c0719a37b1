internal import CLinux
internal import Glibc
public import Net

/// Tells how routes and interfaces change, as soon as the kernel does (RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_LINK).
/// Needs no rights. When an interface goes down, the kernel drops IPv4 routes without a word (ip-route(8)).
public final class RouteChanges {
    public enum Change: Hashable, Sendable {
        /// A new one; `replaces` the one with its prefix and metric, if there was one.
        case route(TableRoute, replaces: Bool)
        case routeGone(TableRoute)
        /// A new interface, or one in another state.
        case link(Interface)
        case linkGone(Int32)
    }

    public enum Reading: Sendable {
        /// There may be more.
        case more
        case all
        /// More happened than the socket could keep (ENOBUFS): everything has to be looked at anew.
        case overrun
    }

    /// Readable when there is something.
    public let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// In the calling thread's network namespace, or in `namespace`.
    ///
    /// - Parameter own: what it changes isn't told.
    public init(without own: RouteSocket, in namespace: Namespace? = nil, room: Int32 = 4 << 20) throws(SystemError) {
        descriptor =
            if let namespace {
                try namespace.run { landfall_netlink_route_changes(room) }
            } else { landfall_netlink_route_changes(room) }
        guard descriptor >= 0 else { throw SystemError("socket", "netlink") }
        guard landfall_netlink_ignore(descriptor, own.port) == 0 else {
            let error = SystemError("setsockopt", "netlink")
            close(descriptor)
            throw error
        }
    }

    /// Of interfaces only. In the calling thread's network namespace, or in `namespace`.
    public init(ofLinksIn namespace: Namespace? = nil) throws(SystemError) {
        descriptor =
            if let namespace { try namespace.run { landfall_netlink_links() } } else { landfall_netlink_links() }
        guard descriptor >= 0 else { throw SystemError("socket", "netlink") }
    }

    deinit { close(descriptor) }

    /// What happened since the last look, as far as a moment allows. Never blocks.
    public func read(_ body: (Change) -> Void) throws(SystemError) -> Reading {
        for _ in 0..<256 {
            let count = landfall_netlink_receive(descriptor, &buffer, buffer.count)
            if count < 0, errno == EAGAIN { return .all }
            if count < 0, errno == ENOBUFS { return .overrun }
            guard count >= 0 else { throw SystemError("netlink", "route changes") }
            guard count <= buffer.count else { return .overrun }
            do {
                try NetlinkMessage.walk(buffer.span.extracting(first: count)) { header, part in
                    if let change = Change(header, part) { body(change) }
                }
            } catch { return .overrun }
        }
        return .more
    }
}

extension RouteChanges.Change {
    /// nil: about something else.
    package init?(_ header: NetlinkMessage.Header, _ body: Span<UInt8>) {
        if let route = TableRoute(header, body) {
            self =
                header.type == UInt16(RTM_DELROUTE)
                ? .routeGone(route) : .route(route, replaces: Int32(header.flags) & NLM_F_REPLACE != 0)
        } else {
            let message = NetlinkMessage(type: header.type, flags: header.flags, sequence: 0, body: body.array)
            if let link = Interface(message) {
                self = .link(link)
            } else if header.type == UInt16(RTM_DELLINK), message.body.first == UInt8(AF_UNSPEC),
                let index = message.word(at: 4)
            {
                // Of AF_BRIDGE it would say that the interface has left its bridge.
                self = .linkGone(Int32(bitPattern: index))
            } else {
                return nil
            }
        }
    }
}
