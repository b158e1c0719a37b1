internal import CLinux
internal import Glibc
public import Net

/// Whole frames at one interface, as they are on the wire.
public final class PacketSocket: Sendable {
    public let descriptor: Int32

    /// In the calling thread's network namespace.
    public init(at interface: String) throws(SystemError) {
        descriptor = landfall_packet_socket(interface, 4 << 20)
        guard descriptor >= 0 else { throw SystemError("packet socket", interface) }
    }

    deinit { close(descriptor) }

    /// The next frame that has arrived; nil when none has.
    public func receive(into buffer: inout [UInt8]) -> Int? {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : count
    }

    /// Whether the interface took it.
    public func send(_ frame: [UInt8]) -> Bool { Glibc.send(descriptor, frame, frame.count, 0) == frame.count }

    /// Frames lost since the last call because nobody read them in time.
    public var takeDrops: Int { Int(landfall_packet_drops(descriptor)) }
}

/// What an interface leaves to its hardware. A veth has none: with checksums and segmentation left to it, frames that
/// are copied by hand arrive unfinished and are dropped.
public enum Offload {
    /// Switches checksumming and segmentation back into the kernel, for an interface of the calling thread's namespace.
    public static func switchOff(at interface: String) throws(SystemError) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw SystemError("socket", interface) }
        defer { close(socket) }
        for command in [ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SSG, ETHTOOL_SGSO] {
            guard landfall_ethtool(socket, interface, UInt32(command), 0) == 0 else {
                throw SystemError("ethtool", interface)
            }
        }
    }
}
