internal import CLinux
public import Net

/// What the host knows of a machine on one of its links: an entry of `ip neighbor` (ARP, RFC 826; RFC 4861 §5.1).
public struct NeighborEntry: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        /// Asked for, and not answered yet.
        case incomplete
        /// Asked for in vain.
        case failed
        /// Its address on the link is known.
        case known
        case other
    }

    /// The interface's index.
    public var interface: Int32
    public var address: Address
    public var state: State
    /// `52:54:00:12:34:56`; nil where it isn't known.
    public var linkAddress: String?

    public init(interface: Int32, address: Address, state: State, linkAddress: String? = nil) {
        (self.interface, self.address, self.state, self.linkAddress) = (interface, address, state, linkAddress)
    }

    /// From a body of 12 bytes (struct ndmsg) and what follows it; nil for anything else.
    package init?(_ message: NetlinkMessage) {
        guard message.type == UInt16(RTM_NEWNEIGH), message.body.count >= 12, let index = message.word(at: 4),
            let attributes = try? message.attributes(skipping: 12),
            let address = attributes[UInt16(NDA_DST)].flatMap({ Address(bytes: $0) })
        else { return nil }
        let link = attributes[UInt16(NDA_LLADDR)].map { bytes in
            bytes.prefix(20).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        }
        let state = State(UInt16(message.body[8]) | UInt16(message.body[9]) << 8)
        self.init(interface: Int32(bitPattern: index), address: address, state: state, linkAddress: link)
    }
}

extension NeighborEntry.State {
    /// Both bytes of NUD_…, whichever order the host has them in.
    init(_ bits: UInt16) {
        let bits = (bits & 0xff) | bits >> 8
        self =
            if bits & UInt16(NUD_FAILED) != 0 {
                .failed
            } else if bits & UInt16(NUD_INCOMPLETE) != 0 {
                .incomplete
            } else if bits & UInt16(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT) != 0 {
                .known
            } else {
                .other
            }
    }
}

extension Netlink {
    /// Who is at the other end of a cable, for good: nobody asks for it, and it takes no room of the kernel's table, which
    /// all namespaces of a machine share (`gc_thresh3`, 1,024 entries as a rule). It goes when the interface is set down.
    public func addNeighbor(_ address: Address, at linkAddress: [UInt8], on interface: String) throws(SystemError) {
        var body: [UInt8] = [address.family.kernel, 0, 0, 0]
        body.putNative(UInt32(bitPattern: try index(of: interface)))
        body.putNative(UInt16(NUD_PERMANENT))
        body += [0, 0]
        body.putAttribute(NDA_DST, address.bytes)
        body.putAttribute(NDA_LLADDR, linkAddress)
        let flags = NLM_F_CREATE | NLM_F_REPLACE
        try order(Int32(RTM_NEWNEIGH), flags: flags, body, "neighbor \(address) on \(interface)")
    }

    /// In the order of the addresses.
    public func neighbors() throws(SystemError) -> [NeighborEntry] {
        let body = [UInt8](repeating: 0, count: 12)
        return try ask(Int32(RTM_GETNEIGH), flags: NLM_F_DUMP, body, "neighbors").compactMap { NeighborEntry($0) }
            .sorted { ($0.address, $0.interface) < ($1.address, $1.interface) }
    }
}
