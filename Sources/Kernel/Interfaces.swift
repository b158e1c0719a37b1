internal import CLinux
public import Net

/// An interface, as the kernel lists it.
public struct Interface: Hashable, Sendable {
    public var index: Int32
    public var name: String
    /// Somebody wants it up (IFF_UP).
    public var isUp: Bool
    /// There is a carrier: a cable with somebody at its other end (IFF_LOWER_UP).
    public var hasCarrier: Bool
    public var isLoopback: Bool

    public init(index: Int32, name: String, isUp: Bool = true, hasCarrier: Bool = true, isLoopback: Bool = false) {
        (self.index, self.name, self.isUp, self.hasCarrier) = (index, name, isUp, hasCarrier)
        self.isLoopback = isLoopback
    }

    /// From a body of 16 bytes (struct ifinfomsg) and what follows it; nil for anything else.
    package init?(_ message: NetlinkMessage) {
        guard message.type == UInt16(RTM_NEWLINK), let index = message.word(at: 4), let flags = message.word(at: 8),
            let attributes = try? message.attributes(skipping: 16), let name = attributes[UInt16(IFLA_IFNAME)]
        else { return nil }
        self.init(
            index: Int32(bitPattern: index), name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self),
            isUp: flags & 1 != 0, hasCarrier: flags & 0x10000 != 0, isLoopback: flags & 8 != 0)
    }
}

/// An address that an interface of this host has.
public struct HostAddress: Hashable, Sendable {
    /// The interface's index.
    public var interface: Int32
    public var address: Address
    /// Of the network around it.
    public var length: Int
    /// Not usable yet: the host asks whether somebody else has it (RFC 4862 §5.4).
    public var isTentative: Bool
    /// Somebody else has it, so this host doesn't use it.
    public var isDuplicate: Bool

    public init(
        interface: Int32, address: Address, length: Int, isTentative: Bool = false, isDuplicate: Bool = false
    ) {
        (self.interface, self.address, self.length) = (interface, address, length)
        (self.isTentative, self.isDuplicate) = (isTentative, isDuplicate)
    }

    /// From a body of 8 bytes (struct ifaddrmsg) and what follows it; nil for anything else.
    package init?(_ message: NetlinkMessage) {
        guard message.type == UInt16(RTM_NEWADDR), let index = message.word(at: 4),
            let found = Netlink.address(in: message, on: Int32(bitPattern: index)),
            let attributes = try? message.attributes(skipping: 8)
        else { return nil }
        let flags = attributes[UInt16(IFA_FLAGS)].flatMap(native) ?? UInt32(message.body[2])
        self.init(
            interface: Int32(bitPattern: index), address: found.address, length: found.length,
            isTentative: flags & UInt32(IFA_F_TENTATIVE) != 0, isDuplicate: flags & UInt32(IFA_F_DADFAILED) != 0)
    }
}

extension Netlink {
    /// In the order of their indices.
    public func interfaces() throws(SystemError) -> [Interface] {
        let body = [UInt8](repeating: 0, count: 16)
        return try ask(Int32(RTM_GETLINK), flags: NLM_F_DUMP, body, "interfaces").compactMap { Interface($0) }
            .sorted { $0.index < $1.index }
    }

    /// Those of all interfaces.
    public func allAddresses() throws(SystemError) -> [HostAddress] {
        let body = [UInt8](repeating: 0, count: 8)
        return try ask(Int32(RTM_GETADDR), flags: NLM_F_DUMP, body, "addresses").compactMap { HostAddress($0) }
            .sorted { ($0.interface, $0.address, $0.length) < ($1.interface, $1.address, $1.length) }
    }
}

/// Four bytes in the host's order.
func native(_ bytes: [UInt8]) -> UInt32? {
    var span = bytes.span
    return bytes.count == 4 ? try? span.native32() : nil
}
