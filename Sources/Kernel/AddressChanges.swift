internal import CLinux
internal import Glibc
public import Net

/// Tells which addresses an interface has lost, or that any have changed, as soon as the kernel does (RTNLGRP_IPV4_IFADDR,
/// RTNLGRP_IPV6_IFADDR). In the network namespace of the thread that made it; needs no rights.
public final class AddressChanges {
    /// Readable when addresses have changed anywhere.
    public let descriptor: Int32
    private let interface: Int32
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// - Parameter interface: nil: all of them, for ``any()``.
    public init(of interface: String? = nil) throws(SystemError) {
        self.interface = if let interface { try Netlink().index(of: interface) } else { 0 }
        descriptor = landfall_netlink_addresses()
        guard descriptor >= 0 else { throw SystemError("socket", "netlink") }
    }

    deinit { close(descriptor) }

    /// Whether any address of any interface has come or gone since the last look. Never blocks.
    public func any() throws(SystemError) -> Bool {
        var found = false
        while true {
            let count = landfall_netlink_receive(descriptor, &buffer, buffer.count)
            if count < 0, errno == EAGAIN { return found }
            guard count >= 0 || errno == ENOBUFS else { throw SystemError("netlink", "addresses") }
            found = true
        }
    }

    /// Those that are gone since the last look. nil: more happened than the socket could keep (ENOBUFS), so any of them may
    /// be. Never blocks.
    public func removed() throws(SystemError) -> Set<Address>? {
        var gone: Set<Address> = []
        while true {
            let count = landfall_netlink_receive(descriptor, &buffer, buffer.count)
            if count < 0, errno == EAGAIN { return gone }
            if count < 0, errno == ENOBUFS { return nil }
            guard count >= 0 else { throw SystemError("netlink", "addresses") }
            guard count <= buffer.count,
                let messages = try? NetlinkMessage.decode(buffer.span.extracting(first: count))
            else { return nil }
            for message in messages where message.type == UInt16(RTM_DELADDR) {
                if let lost = Netlink.address(in: message, on: interface) { gone.insert(lost.address) }
            }
        }
    }
}
