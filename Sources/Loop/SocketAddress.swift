internal import CLinux
internal import Glibc
internal import Net

/// The kernel's form of an endpoint.
func sockaddr(_ endpoint: Endpoint) -> landfall_sockaddr {
    var result = landfall_sockaddr()
    switch endpoint.address.family {
    case .ipv4:
        result.v4.sin_family = sa_family_t(AF_INET)
        result.v4.sin_port = endpoint.port.bigEndian
        result.v4.sin_addr.s_addr = UInt32(truncatingIfNeeded: endpoint.address.bits >> 96).bigEndian
        result.length = socklen_t(MemoryLayout<sockaddr_in>.size)
    case .ipv6:
        result.v6.sin6_family = sa_family_t(AF_INET6)
        result.v6.sin6_port = endpoint.port.bigEndian
        result.v6.sin6_scope_id = endpoint.zone
        withUnsafeMutableBytes(of: &result.v6.sin6_addr) { $0.copyBytes(from: endpoint.address.bytes) }
        result.length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    }
    return result
}

/// nil for Unix sockets, which have no address worth naming.
func endpoint(_ address: landfall_sockaddr) -> Endpoint? {
    switch Int32(address.any.sa_family) {
    case AF_INET:
        return Endpoint(Address(v4: address.v4.sin_addr.s_addr.bigEndian), port: address.v4.sin_port.bigEndian)
    case AF_INET6:
        let bytes = withUnsafeBytes(of: address.v6.sin6_addr) { [UInt8]($0) }
        let (port, zone) = (address.v6.sin6_port.bigEndian, address.v6.sin6_scope_id)
        return Address(bytes: bytes).map { Endpoint($0, port: port, zone: zone) }
    default:
        return nil
    }
}

/// The path of a Unix socket has 107 bytes at most. `@name` is an abstract one (unix(7)): it belongs to the network
/// namespace instead of the file system, and is gone with its owner.
func sockaddr(unix path: String) throws(SystemError) -> landfall_sockaddr {
    var result = landfall_sockaddr()
    let isAbstract = path.hasPrefix("@")
    let bytes = isAbstract ? [0] + path.utf8.dropFirst() : Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: result.local.sun_path) else {
        throw SystemError("bind", path, code: ENAMETOOLONG)
    }
    result.local.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &result.local.sun_path) { $0.copyBytes(from: bytes) }
    let unused = isAbstract ? MemoryLayout.size(ofValue: result.local.sun_path) - bytes.count : 0
    result.length = socklen_t(MemoryLayout<sockaddr_un>.size - unused)
    return result
}
