internal import CLinux
public import Net

/// What the kernel would do with a packet: one entry of its routing table.
public struct Route: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case unicast, local, broadcast, blackhole, unreachable, prohibit
        case other(UInt8)
    }

    public var kind: Kind
    /// How many bits of the destination the entry covers: 0 for a default route, the whole address for a lookup.
    public var length: Int
    /// Where packets go; several where flows are spread.
    public var ways: [Way]

    public struct Way: Hashable, Sendable {
        /// An interface's index.
        public var interface: Int32
        /// nil: the destination is on the link.
        public var gateway: Address?

        public init(interface: Int32, gateway: Address? = nil) { (self.interface, self.gateway) = (interface, gateway) }
    }

    public init(_ kind: Kind = .unicast, length: Int, ways: [Way]) {
        (self.kind, self.length, self.ways) = (kind, length, ways)
    }

    /// From a body of 12 bytes (struct rtmsg) and what follows it; nil for anything else.
    package init?(_ message: NetlinkMessage) {
        guard message.type == UInt16(RTM_NEWROUTE), message.body.count >= 12,
            let attributes = try? message.attributes(skipping: 12)
        else { return nil }
        (kind, length) = (Kind(message.body[7]), Int(message.body[1]))
        let index = attributes[UInt16(RTA_OIF.rawValue)].flatMap(native)
        ways = index.map { [Way(interface: Int32(bitPattern: $0), gateway: Self.gateway(attributes))] } ?? []
        ways += attributes[UInt16(RTA_MULTIPATH.rawValue)].map { Self.ways(in: $0.span) } ?? []
    }

    private static func gateway(_ attributes: [UInt16: [UInt8]]) -> Address? {
        // RTA_VIA is a gateway of another family, behind two bytes that say which.
        (attributes[UInt16(RTA_GATEWAY.rawValue)] ?? attributes[UInt16(RTA_VIA.rawValue)].map { Array($0.dropFirst(2)) })
            .flatMap { Address(bytes: $0) }
    }

    /// One struct rtnexthop after the other: length, flags, weight and interface in 8 bytes, then attributes.
    private static func ways(in bytes: consuming Span<UInt8>) -> [Way] {
        var ways: [Way] = []
        while let length = try? Int(bytes.native16()), length >= 8, (try? bytes.skip(2)) != nil,
            let index = try? bytes.native32(), let rest = try? bytes.bytes(length - 8)
        {
            let inner = NetlinkMessage(type: 0, flags: 0, sequence: 0, body: rest)
            let attributes = (try? inner.attributes(skipping: 0)) ?? [:]
            ways.append(Way(interface: Int32(bitPattern: index), gateway: gateway(attributes)))
            guard (try? bytes.skip(min(bytes.count, NetlinkMessage.padding(length)))) != nil else { break }
        }
        return ways
    }
}

extension Route.Kind {
    init(_ number: UInt8) {
        self =
            switch Int(number) {
            case Int(RTN_UNICAST): .unicast
            case Int(RTN_LOCAL): .local
            case Int(RTN_BROADCAST): .broadcast
            case Int(RTN_BLACKHOLE): .blackhole
            case Int(RTN_UNREACHABLE): .unreachable
            case Int(RTN_PROHIBIT): .prohibit
            default: .other(number)
            }
    }
}

extension Netlink {
    /// The entry that a packet to `address` meets, with all its ways; ENETUNREACH where there is none. A route that drops
    /// is answered as such, or as the error that a sender gets (EINVAL, EHOSTUNREACH, EACCES). Sends nothing.
    public func route(to address: Address, from source: Address? = nil) throws(SystemError) -> Route {
        var body: [UInt8] = [address.family.kernel, UInt8(address.family.width)]
        body += [UInt8(source == nil ? 0 : address.family.width), 0, 0, 0, 0, 0]
        body.putNative(UInt32(RTM_F_FIB_MATCH))
        body.putAttribute(RTA_DST.rawValue, address.bytes)
        if let source { body.putAttribute(RTA_SRC.rawValue, source.bytes) }
        let answers = try ask(Int32(RTM_GETROUTE), flags: NLM_F_ACK, body, "route to \(address)")
        guard let route = answers.lazy.compactMap({ Route($0) }).first else {
            throw SystemError("netlink", "route to \(address)", code: EBADMSG)
        }
        return route
    }
}
