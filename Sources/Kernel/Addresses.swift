internal import CLinux
internal import Glibc
public import Net

extension Netlink {
    /// An address that an interface has.
    public struct InterfaceAddress: Hashable, Sendable {
        public var address: Address
        public var length: Int
    }

    /// Gives an interface an address, usable at once (no duplicate address detection). EEXIST: it has it already.
    ///
    /// `length` is that of the network around it (the whole address by default); with a `peer`, that one alone is at the
    /// other end, whatever its network.
    public func addAddress(
        _ address: Address, length: Int? = nil, peer: Address? = nil, to interface: String
    ) throws(SystemError) {
        let body = try addressBody(address, length: length, peer: peer, interface)
        try order(Int32(RTM_NEWADDR), flags: NLM_F_CREATE | NLM_F_EXCL, body, "\(address) on \(interface)")
    }

    /// EADDRNOTAVAIL: it doesn't have it.
    public func removeAddress(
        _ address: Address, length: Int? = nil, from interface: String
    ) throws(SystemError) {
        let body = try addressBody(address, length: length, peer: nil, interface)
        try order(Int32(RTM_DELADDR), body, "\(address) on \(interface)")
    }

    public func addresses(of interface: String) throws(SystemError) -> [InterfaceAddress] {
        let wanted = try index(of: interface)
        let answers = try ask(Int32(RTM_GETADDR), flags: NLM_F_DUMP, [UInt8](repeating: 0, count: 8), interface)
        return answers.filter { $0.type == UInt16(RTM_NEWADDR) }.compactMap { Self.address(in: $0, on: wanted) }
            .sorted { ($0.address, $0.length) < ($1.address, $1.length) }
    }

    /// Of a message that says that an address is there, is new or is gone.
    package static func address(in message: NetlinkMessage, on interface: Int32) -> InterfaceAddress? {
        guard [UInt16(RTM_NEWADDR), UInt16(RTM_DELADDR)].contains(message.type),
            message.word(at: 4) == UInt32(bitPattern: interface),
            let attributes = try? message.attributes(skipping: 8),
            // With a peer, IFA_ADDRESS is the peer's.
            let bytes = attributes[UInt16(IFA_LOCAL)] ?? attributes[UInt16(IFA_ADDRESS)],
            let address = Address(bytes: bytes)
        else { return nil }
        return InterfaceAddress(address: address, length: Int(message.body[1]))
    }

    private func addressBody(
        _ address: Address, length: Int?, peer: Address?, _ interface: String
    ) throws(SystemError) -> [UInt8] {
        var body: [UInt8] = [address.family.kernel, UInt8(length ?? address.family.width), 0, 0]
        body.putNative(try index(of: interface))
        body.putAttribute(IFA_LOCAL, address.bytes)
        body.putAttribute(IFA_ADDRESS, (peer ?? address).bytes)
        body.putAttribute(IFA_FLAGS, UInt32(IFA_F_NODAD))
        return body
    }
}

extension Netlink {
    /// A route to `prefix` through a gateway, an interface, or both.
    public func addRoute(_ prefix: Prefix, via gateway: Address? = nil, interface: String? = nil) throws(SystemError) {
        var body: [UInt8] = [prefix.family.kernel, UInt8(prefix.length), 0, 0, UInt8(RT_TABLE_MAIN.rawValue)]
        body += [UInt8(RTPROT_STATIC), UInt8(gateway == nil ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)]
        body += [UInt8(RTN_UNICAST)]
        // The gateway is behind that interface, whatever its addresses say and whether it has a carrier yet.
        body.putNative(UInt32(gateway != nil && interface != nil ? RTNH_F_ONLINK : 0))
        if prefix.length > 0 { body.putAttribute(RTA_DST.rawValue, prefix.address.bytes) }
        if let gateway { body.putAttribute(RTA_GATEWAY.rawValue, gateway.bytes) }
        if let interface { body.putAttribute(RTA_OIF.rawValue, UInt32(bitPattern: try index(of: interface))) }
        try order(Int32(RTM_NEWROUTE), flags: NLM_F_CREATE | NLM_F_REPLACE, body, "route to \(prefix)")
    }
}

extension Family {
    /// AF_INET, AF_INET6.
    var kernel: UInt8 { self == .ipv4 ? UInt8(AF_INET) : UInt8(AF_INET6) }
}
