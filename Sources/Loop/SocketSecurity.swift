internal import CLinux
internal import Glibc
public import Net

/// What keeps strangers from speaking on a TCP connection, or ending it.
extension Socket {
    /// Packets that have less of their TTL left are dropped: they come from further away (RFC 5082 §3).
    public func setLeastTTL(_ hops: Int32, _ family: Family) throws(SystemError) {
        switch family {
        case .ipv4: try set(Int32(IPPROTO_IP), IP_MINTTL, hops)
        case .ipv6: try set(Int32(IPPROTO_IPV6), IPV6_MINHOPCOUNT, hops)
        }
    }

    /// Segments from and to `peer` are signed with a key, at most 80 bytes (RFC 2385); nil: no longer. On a listening socket
    /// it holds for the connections that come of it.
    public func setKey(_ key: Secret?, for peer: Endpoint) throws(SystemError) {
        var address = sockaddr(Endpoint(peer.address, port: 0, zone: peer.zone))
        let result = (key?.bytes ?? []).withUnsafeBytes {
            landfall_tcp_md5(descriptor, &address, $0.baseAddress, $0.count)
        }
        guard result == 0 || key == nil && errno == ENOENT else {
            throw SystemError("setsockopt TCP_MD5SIG", "\(peer.address)")
        }
    }

    /// The index of an interface, as ``Endpoint/zone`` has it.
    public static func zone(of interface: String) throws(SystemError) -> UInt32 {
        let index = if_nametoindex(interface)
        guard index > 0 else { throw SystemError("if_nametoindex", interface) }
        return index
    }
}
