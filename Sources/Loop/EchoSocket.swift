internal import Glibc
public import Net

extension Socket {
    /// A socket for ICMP echoes: a ping socket (icmp(7)) where `net.ipv4.ping_group_range` holds a group of ours, else a
    /// raw one, which takes CAP_NET_RAW. Of a raw one over IPv4, packets come with their IP header.
    public static func echo(_ family: Family) throws(SystemError) -> (socket: Socket, isRaw: Bool) {
        let number = Int32(family == .ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let ping = Glibc.socket(family.domain, Int32(SOCK_DGRAM.rawValue) | flags, number)
        if ping >= 0 { return (Socket(owning: ping), false) }
        guard errno == EACCES || errno == EPERM else { throw SystemError("socket", "icmp") }
        let raw = Glibc.socket(family.domain, Int32(SOCK_RAW.rawValue) | flags, number)
        guard raw >= 0 else { throw SystemError("socket", "icmp") }
        return (Socket(owning: raw), true)
    }
}
