internal import CLinux
internal import Glibc
public import Net

/// Counts what this host sends from an address, whoever sends it. What stays on the host (by way of `lo`, as our own
/// checks do) is left out. The kernel counts; no packet is copied or read, see packet(7).
///
/// Needs CAP_NET_RAW. Behind a bond, a bridge or a VLAN a packet leaves by two interfaces, and counts at both.
public final class PacketCounter {
    public enum Content: Hashable, Sendable {
        /// Datagrams from this port, which a program has sent. Of TCP nothing: there the kernel acknowledges, repeats, and
        /// empties its buffers for a program that hangs.
        case datagrams(port: UInt16)
        /// Anything but ICMP, which the kernel sends by itself.
        case all
    }

    private let descriptor: Int32
    private var total: UInt64 = 0

    /// In the calling thread's network namespace.
    public init(from address: Address, _ content: Content) throws(SystemError) {
        let port: UInt16 = if case .datagrams(let port) = content { port } else { 0 }
        descriptor = landfall_packet_counter(address.bytes, address.family == .ipv6, port)
        guard descriptor >= 0 else { throw SystemError("packet socket", "\(address)") }
    }

    deinit { close(descriptor) }

    /// Packets since it was made. The kernel forgets what it has told.
    public func read() -> UInt64 {
        total &+= UInt64(landfall_packet_count(descriptor))
        return total
    }
}
