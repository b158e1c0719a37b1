internal import CLinux
internal import Net

extension TableRoute {
    /// From a body of 12 bytes (struct rtmsg) and the attributes behind it. nil: not about a route of IPv4 or IPv6, an entry of
    /// the kernel's cache, or attributes that don't fit.
    package init?(_ header: NetlinkMessage.Header, _ body: consuming Span<UInt8>) {
        guard header.type == UInt16(RTM_NEWROUTE) || header.type == UInt16(RTM_DELROUTE),
            let fixed = try? RouteHead(&body), fixed.flags & UInt32(RTM_F_CLONED) == 0,
            let found = try? RouteAttributes(&body, fixed), let prefix = found.prefix(fixed)
        else { return nil }
        self.init(
            prefix, table: found.table ?? UInt32(fixed.table), protocol: fixed.protocol, metric: found.metric,
            kind: Route.Kind(fixed.kind), ways: found.ways)
        tos = fixed.tos
    }

    package init?(_ message: NetlinkMessage) {
        self.init(NetlinkMessage.Header(type: message.type, flags: message.flags), message.body.span)
    }
}

/// struct rtmsg.
private struct RouteHead {
    var family: Family
    var length: Int
    var tos: UInt8
    var table: UInt8
    var `protocol`: UInt8
    var kind: UInt8
    var flags: UInt32

    init(_ body: inout Span<UInt8>) throws(WireError) {
        guard let family = Family(kernel: try body.u8()) else { throw .truncated(wanted: 12, had: 1) }
        self.family = family
        length = Int(try body.u8())
        try body.skip(1)  // of a source's prefix
        (tos, table, `protocol`) = (try body.u8(), try body.u8(), try body.u8())
        try body.skip(1)  // the scope
        kind = try body.u8()
        flags = try body.native32()
    }
}

/// What is read of the attributes behind it.
private struct RouteAttributes {
    var destination: Address?
    var table: UInt32?
    var metric: UInt32 = 0
    var ways: [TableRoute.Way] = []
    private var single = TableRoute.Way(interface: 0)
    private var isSingle = false

    init(_ body: inout Span<UInt8>, _ head: RouteHead) throws(WireError) {
        try body.eachAttribute { (kind, value) throws(WireError) in
            switch kind {
            case RTA_DST: destination = try value.address(head.family)
            case RTA_TABLE: table = try value.native32()
            case RTA_PRIORITY: metric = try value.native32()
            case RTA_MULTIPATH: try readWays(&value, head.family)
            default: if try single.read(kind, &value, head.family) { isSingle = true }
            }
        }
        guard isSingle else { return }
        single.isOnLink = head.flags & UInt32(RTNH_F_ONLINK) != 0
        ways.append(single)
    }

    /// One struct rtnexthop after the other: length, flags, weight - 1 and interface in 8 bytes, then attributes.
    private mutating func readWays(_ value: inout Span<UInt8>, _ family: Family) throws(WireError) {
        while !value.isEmpty {
            let length = Int(try value.native16())
            guard length >= 8 else { throw .truncated(wanted: 8, had: length) }
            let (flags, weight) = (try value.u8(), try value.u8())
            var way = TableRoute.Way(interface: Int32(bitPattern: try value.native32()), weight: UInt16(weight) + 1)
            way.isOnLink = UInt32(flags) & UInt32(RTNH_F_ONLINK) != 0
            try value.within(length - 8, or: { $0 }) { (part) throws(WireError) in
                try part.eachAttribute { (kind, value) throws(WireError) in _ = try way.read(kind, &value, family) }
            }
            ways.append(way)
            try value.skip(min(value.count, NetlinkMessage.padding(length)))
        }
    }

    /// A default route says no destination.
    func prefix(_ head: RouteHead) -> Prefix? {
        guard let destination else {
            return head.length == 0 ? Prefix(Address(family: head.family, bits: 0), length: 0) : nil
        }
        return Prefix(destination, length: head.length)
    }
}

extension TableRoute.Way {
    /// True when the attribute is one that says where packets go.
    fileprivate mutating func read(
        _ kind: rtattr_type_t, _ value: inout Span<UInt8>, _ family: Family
    ) throws(WireError) -> Bool {
        switch kind {
        case RTA_OIF: interface = Int32(bitPattern: try value.native32())
        case RTA_GATEWAY: gateway = try value.address(family)
        case RTA_VIA:  // struct rtvia: a family, then an address of it
            let family = Family(kernel: UInt8(truncatingIfNeeded: try value.native16()))
            gateway = try value.address(family ?? .ipv6)
        default: return false
        }
        return true
    }
}

extension Span where Element == UInt8 {
    /// Lends each attribute's value to `body`. A length that doesn't fit is an error.
    fileprivate mutating func eachAttribute(
        _ body: (rtattr_type_t, inout Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        while !isEmpty {
            let length = Int(try native16())
            guard length >= 4 else { throw .truncated(wanted: 4, had: length) }
            // Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
            let kind = rtattr_type_t(rawValue: UInt32(try native16() & 0x3fff))
            try within(length - 4, or: { $0 }) { (value) throws(WireError) in try body(kind, &value) }
            try skip(Swift.min(count, NetlinkMessage.padding(length)))
        }
    }

    fileprivate mutating func address(_ family: Family) throws(WireError) -> Address {
        let wanted = family.width / 8
        guard count == wanted else { throw .truncated(wanted: wanted, had: count) }
        guard family == .ipv6 else { return Address(v4: try u32()) }
        return Address(v6: UInt128(try u64()) << 64 | UInt128(try u64()))
    }
}

extension Family {
    /// From AF_INET or AF_INET6.
    init?(kernel: UInt8) {
        guard let family = Self.allCases.first(where: { $0.kernel == kernel }) else { return nil }
        self = family
    }
}
