internal import Net

/// The sections of an answer from one zone (RFC 1034 §4.3.2): aliases are followed inside the zone; at their end stands
/// what is there, what isn't, or who knows.
extension Responder {
    typealias Result = (rcode: ResponseCode, truncated: Bool)

    /// `name` is within the zone.
    mutating func answer(_ request: Request, from zone: Zone, _ buffer: inout [UInt8]) -> Result {
        var owner = Header.length
        followed.removeAll(keepingCapacity: true)
        while true {
            let match = zone.find(name, request.type)
            guard case .alias(let set) = match else { return conclude(match, zone, owner, &buffer) }
            if followed.isEmpty { writer.insert(.authoritative) }
            guard !followed.contains(set), followed.count < Self.longestChain else { return (.noError, false) }
            followed.append(set)
            guard writer.add(set, of: zone, .written(at: owner), to: .answer, into: &buffer) else {
                return (.noError, truncated: true)
            }
            let target = zone.dataRange(zone.records[Int(zone.sets[set].first)]).lowerBound
            let bytes = zone.bytes
            _ = name.read(bytes.span, at: target)
            guard zone.encloses(name) else { return (.noError, false) }
            owner = writer.lastName
        }
    }

    /// The end of the chain. What the first name was decides AA, so a referral behind an alias keeps it (RFC 1034
    /// §6.2.7, RFC 2181 §10.1.1).
    private mutating func conclude(
        _ match: Match, _ zone: Zone, _ owner: Int, _ buffer: inout [UInt8]
    ) -> Result {
        switch match {
        case .answer(let set):
            writer.insert(.authoritative)
            guard writer.add(set, of: zone, .written(at: owner), to: .answer, into: &buffer) else {
                return (.noError, truncated: true)
            }
            addAddresses(of: set, zone, &buffer)
            return (.noError, truncated: false)
        case .alias, .noData: return deny(.noError, zone, &buffer)
        case .nameError: return deny(.nameError, zone, &buffer)
        case .referral(let cut): return refer(to: cut, zone, &buffer)
        }
    }

    /// NODATA and NXDOMAIN carry the SOA, with the time that a resolver may remember them for (RFC 2308 §3).
    private mutating func deny(_ rcode: ResponseCode, _ zone: Zone, _ buffer: inout [UInt8]) -> Result {
        writer.insert(.authoritative)
        let fits = writer.add(
            zone.soa, of: zone, .node(LabelTree.apex), to: .authority, ttl: zone.negativeTTL, into: &buffer)
        return (rcode, truncated: !fits)
    }

    /// Addresses of servers inside the delegated zone must come along, or nobody gets there: without room for them the
    /// answer is truncated (RFC 9471 §2.1). Others are a convenience.
    private mutating func refer(to cut: UInt32, _ zone: Zone, _ buffer: inout [UInt8]) -> Result {
        guard let set = zone.set(.ns, at: cut),
            writer.add(set, of: zone, .node(cut), to: .authority, into: &buffer)
        else { return (.noError, truncated: true) }
        var truncated = false
        for record in zone.slots(of: set) {
            let target = zone.records[record].target
            guard target != LabelTree.none, zone.tree.isWithin(target, cut) else { continue }
            if !addAddresses(of: target, zone, &buffer) { truncated = true }
        }
        for record in zone.slots(of: set) where !truncated {
            let target = zone.records[record].target
            guard target != LabelTree.none, !zone.tree.isWithin(target, cut) else { continue }
            _ = addAddresses(of: target, zone, &buffer)
        }
        return (.noError, truncated)
    }

    /// What NS and MX point to, if it is here and ours to tell (RFC 1035 §3.3.9, §3.3.11); as much as fits.
    private mutating func addAddresses(of set: Int, _ zone: Zone, _ buffer: inout [UInt8]) {
        guard zone.sets[set].type == .ns || zone.sets[set].type == .mx else { return }
        for record in zone.slots(of: set) {
            let target = zone.records[record].target
            guard target != LabelTree.none else { continue }
            let node = zone.nodes[Int(target)]
            if !node.isCut, !node.isOccluded { _ = addAddresses(of: target, zone, &buffer) }
        }
    }

    /// Both families of a node; false if one doesn't fit.
    private mutating func addAddresses(of node: UInt32, _ zone: Zone, _ buffer: inout [UInt8]) -> Bool {
        var fits = true
        if let set = zone.set(.a, at: node) {
            fits = writer.add(set, of: zone, .node(node), to: .additional, into: &buffer)
        }
        if let set = zone.set(.aaaa, at: node) {
            fits = writer.add(set, of: zone, .node(node), to: .additional, into: &buffer) && fits
        }
        return fits
    }
}
