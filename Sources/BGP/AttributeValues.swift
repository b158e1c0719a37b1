internal import Net

/// The values of single attributes. Whatever breaks their rules is thrown as the problem that it is; what that costs stands
/// in `AttributeRule`.

func number(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> UInt32 {
    var rest = value
    guard value.count == 4, let number = try? rest.u32() else { throw .length(value.count) }
    return number
}

extension Origin {
    static func decode(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> Self {
        guard value.count == 1 else { throw .length(value.count) }
        let origin = Self(rawValue: value[0])
        guard origin.isDefined else { throw .value("\(value[0])") }
        return origin
    }
}

extension Aggregator {
    static func decode(_ value: Span<UInt8>, width: Int) throws(AttributeFault.Problem) -> Self {
        var rest = value
        guard value.count == width + 4, let asn = try? rest.asn(width: width), let id = try? rest.u32() else {
            throw .length(value.count)
        }
        guard asn != ASN(0) else { throw .value("with AS 0") }  // RFC 7607 §2
        return Self(asn: asn, id: RouterID(rawValue: id))
    }
}

extension Span<UInt8> {
    mutating func asn(width: Int) throws(WireError) -> ASN {
        width == 4 ? ASN(try u32()) : ASN(UInt32(try u16()))
    }
}

// MARK: Lists, none of which may be empty

extension Community {
    static func decodeAll(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> [Self] {
        try BGP.decodeAll(value, each: 4) { rest throws(WireError) in Self(rawValue: try rest.u32()) }
    }
}

extension RouterID {
    static func decodeAll(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> [Self] {
        try BGP.decodeAll(value, each: 4) { rest throws(WireError) in Self(rawValue: try rest.u32()) }
    }
}

extension ExtendedCommunity {
    static func decodeAll(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> [Self] {
        try BGP.decodeAll(value, each: 8) { rest throws(WireError) in Self(rawValue: try rest.u64()) }
    }
}

extension LargeCommunity {
    static func decodeAll(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> [Self] {
        try BGP.decodeAll(value, each: 12) { rest throws(WireError) in
            Self(try rest.u32(), try rest.u32(), try rest.u32())
        }
    }
}

private func decodeAll<Element>(
    _ value: Span<UInt8>, each size: Int, _ next: (inout Span<UInt8>) throws(WireError) -> Element
) throws(AttributeFault.Problem) -> [Element] {
    guard !value.isEmpty, value.count % size == 0 else { throw .length(value.count) }
    var rest = value
    var list: [Element] = []
    list.reserveCapacity(value.count / size)
    while !rest.isEmpty {
        do { list.append(try next(&rest)) } catch { throw .length(value.count) }
    }
    return list
}
