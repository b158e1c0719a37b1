internal import Net

extension PathAttributes {
    /// In order of their codes (RFC 4271 §5), so that the same attributes always give the same bytes.
    func encode(into bytes: inout [UInt8], _ codec: Codec) {
        let width = codec.fourByteASN ? 4 : 2
        var list = other
        func add(_ code: AttributeCode, _ write: (inout [UInt8]) -> Void) {
            guard let rule = AttributeRule.of(code) else { return }
            var value: [UInt8] = []
            write(&value)
            list.append(RawAttribute(partial.contains(code) ? rule.kind.union(.partial) : rule.kind, code, value))
        }
        if let origin { add(.origin) { $0.put(origin.rawValue) } }
        if let asPath { add(.asPath) { asPath.encode(into: &$0, width: width) } }
        if let nextHop { add(.nextHop) { $0 += nextHop.bytes } }
        if let med { add(.med) { $0.put(med) } }
        if let localPref { add(.localPref) { $0.put(localPref) } }
        if atomicAggregate { add(.atomicAggregate) { _ in } }
        if let aggregator { add(.aggregator) { aggregator.encode(into: &$0, width: width) } }
        if !communities.isEmpty { add(.communities) { for each in communities { $0.put(each.rawValue) } } }
        if !extendedCommunities.isEmpty {
            add(.extendedCommunities) { for each in extendedCommunities { $0.put(each.rawValue) } }
        }
        if !largeCommunities.isEmpty {
            add(.largeCommunities) { for each in largeCommunities { each.encode(into: &$0) } }
        }
        if let originatorID { add(.originatorID) { $0.put(originatorID.rawValue) } }
        if !clusterList.isEmpty { add(.clusterList) { for each in clusterList { $0.put(each.rawValue) } } }
        if let onlyToCustomer { add(.onlyToCustomer) { $0.put(onlyToCustomer.rawValue) } }
        if width == 2, let as4Path = asPath?.as4Path { add(.as4Path) { as4Path.encode(into: &$0, width: 4) } }
        if width == 2, let aggregator, aggregator.asn.rawValue > 0xffff {
            add(.as4Aggregator) { aggregator.encode(into: &$0, width: 4) }
        }
        list.sort { $0.code.rawValue < $1.code.rawValue }
        for attribute in list { attribute.encode(into: &bytes) }
    }
}

extension Aggregator {
    fileprivate func encode(into bytes: inout [UInt8], width: Int) {
        if width == 4 { bytes.put(asn.rawValue) } else { bytes.put(asn.twoBytes) }
        bytes.put(id.rawValue)
    }
}

extension LargeCommunity {
    fileprivate func encode(into bytes: inout [UInt8]) {
        bytes.put(global)
        bytes.put(local1)
        bytes.put(local2)
    }
}
