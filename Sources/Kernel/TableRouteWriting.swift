internal import CLinux
internal import Net

extension TableRoute {
    /// A request to have it in the table, in place of any other with its prefix and metric; with `exclusively`, only where
    /// there is no other; or, as `removing`, that it goes.
    ///
    /// What goes is known by prefix, metric and protocol; with `exactly`, by its ways too. `acknowledged` asks for an answer
    /// when there is no error.
    func request(
        exclusively: Bool = false, removing: Bool = false, exactly: Bool = false, acknowledged: Bool,
        _ sequence: UInt32, into bytes: inout [UInt8]
    ) {
        let start = bytes.count
        let how = removing ? 0 : NLM_F_CREATE | (exclusively ? NLM_F_EXCL : NLM_F_REPLACE)
        bytes.putNative(UInt32(0))  // the length, when it is known
        bytes.putNative(UInt16(removing ? RTM_DELROUTE : RTM_NEWROUTE))
        bytes.putNative(UInt16(NLM_F_REQUEST | how | (acknowledged ? NLM_F_ACK : 0)))
        bytes.putNative(sequence)
        bytes.putNative(UInt32(0))
        putHead(removing, exactly, into: &bytes)
        putKey(into: &bytes)
        if !removing || exactly { putWays(into: &bytes) }
        bytes.setLength(from: start, as: UInt32.self)
    }

    /// struct rtmsg.
    private func putHead(_ removing: Bool, _ exactly: Bool, into bytes: inout [UInt8]) {
        let onlyWay = ways.count == 1 ? ways.first : nil
        let scope =
            removing ? RT_SCOPE_NOWHERE : onlyWay.map { $0.gateway == nil } == true ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE
        bytes.append(prefix.family.kernel)
        bytes.append(UInt8(prefix.length))
        bytes.append(0)
        bytes.append(tos)
        bytes.append(table < 256 ? UInt8(table) : UInt8(RT_TABLE_UNSPEC.rawValue))
        bytes.append(`protocol`)
        bytes.append(UInt8(scope.rawValue))
        bytes.append(removing && !exactly ? UInt8(RTN_UNSPEC) : kind.number)
        bytes.putNative(onlyWay?.isOnLink == true && !removing ? UInt32(RTNH_F_ONLINK) : 0)
    }

    private func putKey(into bytes: inout [UInt8]) {
        if prefix.length > 0 { bytes.putAttribute(RTA_DST, prefix.address) }
        bytes.putAttribute(RTA_TABLE.rawValue, table)
        bytes.putAttribute(RTA_PRIORITY.rawValue, metric)
    }

    private func putWays(into bytes: inout [UInt8]) {
        if let only = ways.first, ways.count == 1 {
            only.put(prefix.family, into: &bytes)
            if only.interface != 0 { bytes.putAttribute(RTA_OIF.rawValue, UInt32(bitPattern: only.interface)) }
        } else if !ways.isEmpty {
            let start = bytes.count
            bytes.putNative(UInt16(0))
            bytes.putNative(UInt16(RTA_MULTIPATH.rawValue))
            for way in ways { way.putNextHop(prefix.family, into: &bytes) }
            bytes.setLength(from: start, as: UInt16.self)
        }
    }
}

extension TableRoute.Way {
    fileprivate func put(_ family: Family, into bytes: inout [UInt8]) {
        guard let gateway else { return }
        if gateway.family == family { return bytes.putAttribute(RTA_GATEWAY, gateway) }
        bytes.putNative(UInt16(4 + 2 + gateway.family.width / 8))
        bytes.putNative(UInt16(RTA_VIA.rawValue))
        bytes.putNative(UInt16(gateway.family.kernel))
        bytes += gateway.bytes
        bytes += [UInt8](repeating: 0, count: NetlinkMessage.padding(2 + gateway.family.width / 8))
    }

    /// struct rtnexthop with its attributes.
    fileprivate func putNextHop(_ family: Family, into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.putNative(UInt16(0))
        bytes.append(isOnLink ? UInt8(RTNH_F_ONLINK) : 0)
        bytes.append(UInt8(clamping: Int(weight) - 1))
        bytes.putNative(interface)
        put(family, into: &bytes)
        bytes.setLength(from: start, as: UInt16.self)
    }
}

extension [UInt8] {
    fileprivate mutating func putAttribute(_ kind: rtattr_type_t, _ address: Address) {
        putNative(UInt16(4 + address.family.width / 8))
        putNative(UInt16(kind.rawValue))
        if let v4 = address.v4 { putNative(v4.bigEndian) } else { putNative(address.bits.bigEndian) }
    }

    /// Writes into its first bytes how long something is that began at `start`.
    fileprivate mutating func setLength<Length: FixedWidthInteger>(from start: Int, as: Length.Type) {
        Swift.withUnsafeBytes(of: Length(clamping: count - start)) { length in
            for (offset, byte) in length.enumerated() { self[start + offset] = byte }
        }
    }
}

extension Route.Kind {
    var number: UInt8 {
        switch self {
        case .unicast: UInt8(RTN_UNICAST)
        case .local: UInt8(RTN_LOCAL)
        case .broadcast: UInt8(RTN_BROADCAST)
        case .blackhole: UInt8(RTN_BLACKHOLE)
        case .unreachable: UInt8(RTN_UNREACHABLE)
        case .prohibit: UInt8(RTN_PROHIBIT)
        case .other(let number): number
        }
    }
}
