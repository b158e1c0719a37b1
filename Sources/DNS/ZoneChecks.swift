internal import Net

/// What keeps records from being a zone.
extension ZoneAssembly {
    var path: String { builder.paths.first ?? "" }

    private mutating func complain(_ number: UInt32?, _ reason: String) {
        let place = number.map { builder.records[Int($0)].place } ?? .start
        problems.add(
            ZoneError.Problem(
                path: builder.paths[Int(place.file)], line: Int(place.line), column: Int(place.column), reason: reason))
    }

    mutating func checkApex() {
        guard let soa = set(.soa, at: Zone.apex) else {
            if problems.problems.isEmpty { complain(nil, "no SOA record: not a zone") }
            return
        }
        let first = builder.names[0].first
        var (next, soas, hasServers) = (first, [UInt32](), false)
        while next != Zone.none {
            let record = builder.records[Int(next)]
            if record.type == .soa { soas.append(next) }
            if record.type == .ns { hasServers = true }
            next = record.next
        }
        if sets[soa].count > 1 {
            let line = builder.records[Int(soas[0])].place.line
            for extra in soas.dropFirst() { complain(extra, "a second SOA; the first is in line \(line)") }
        }
        if !hasServers {
            complain(soas.first, "no NS record at \(builder.origin): a zone names its servers at its apex")
        }
    }

    /// The records of one name.
    mutating func check(_ owned: OwnedRecords, _ name: UInt32) {
        if owned.data.count + owned.signatures.count > 1 || !owned.twins.isEmpty { checkTogether(owned, name) }
        for number in owned.data {
            switch builder.records[Int(number)].type {
            case .soa where name != 0: complain(number, "SOA below the apex \(builder.origin)")
            case .ns: checkServer(number, name)
            case .ds where name == 0:
                complain(number, "DS at the apex \(builder.origin): it belongs into the parent's zone (RFC 4035 §2.4)")
            default: break
            }
        }
        checkAbove(owned, name)
        for number in owned.signatures where !owned.has(covered(by: number), builder.records) {
            complain(number, "an RRSIG of \(covered(by: number)), of which \(spoken(name)) has no record")
        }
    }

    private func spoken(_ name: UInt32) -> Name {
        Name(checked: builder.bytes[range(builder.names[Int(name)])] + builder.origin.wire)
    }

    private mutating func checkTogether(_ owned: OwnedRecords, _ name: UInt32) {
        for (twin, first) in owned.twins { checkTTL(twin, first) }
        var first: UInt32?
        for number in owned.data {
            if let known = first, builder.records[Int(known)].type == builder.records[Int(number)].type {
                checkTTL(number, known)
            } else {
                first = number
            }
        }
        let types = owned.data.map { builder.records[Int($0)].type }.filter { $0 != .nsec }
        if let alias = owned.data.first(where: { builder.records[Int($0)].type == .cname }), types.count > 1 {
            complain(alias, "CNAME beside other records of \(spoken(name)): an alias stands alone (RFC 2181 §10.1)")
        }
        let redirects = owned.data.filter { builder.records[Int($0)].type == .dname }
        for second in redirects.dropFirst() { complain(second, "a second DNAME of \(spoken(name)) (RFC 6672 §2.4)") }
        if let redirect = redirects.first, name != 0, types.contains(.ns) {
            complain(redirect, "DNAME at the delegation of \(spoken(name)) (RFC 6672 §2.4)")
        }
    }

    private mutating func checkTTL(_ number: UInt32, _ first: UInt32) {
        let (record, other) = (builder.records[Int(number)], builder.records[Int(first)])
        guard record.type != .rrsig, record.ttl != other.ttl else { return }
        complain(
            number,
            "TTL \(record.ttl), but \(other.ttl) in line \(other.place.line): an RRset has one (RFC 2181 §5.2)")
    }

    /// Whoever follows a delegation needs an address that only this zone can give (RFC 1034 §4.2.1).
    private mutating func checkServer(_ number: UInt32, _ name: UInt32) {
        if isWildcard(builder.names[Int(name)]) {
            return complain(number, "NS at a wildcard has no meaning (RFC 4592 §4.2)")
        }
        let data = range(builder.records[Int(number)])
        let owner = spoken(name)
        let server = Name(checked: [UInt8](builder.bytes[data]))
        guard server.isWithin(owner) else { return }
        let known = builder.find(builder.bytes[data], using: &lookup)
        if known.map({ hasAddress($0) }) != true {
            complain(number, "the name server \(server) has no address in the zone")
        }
    }

    private func hasAddress(_ name: UInt32) -> Bool {
        var next = builder.names[Int(name)].first
        while next != Zone.none {
            let record = builder.records[Int(next)]
            if record.type == .a || record.type == .aaaa { return true }
            next = record.next
        }
        return false
    }

    /// Nothing lies below a DNAME (RFC 6672 §2.4), save what hashes names.
    private mutating func checkAbove(_ owned: OwnedRecords, _ name: UInt32) {
        let parent = builder.names[Int(name)].parent
        guard parent != Zone.none, let first = owned.data.first, !owned.isHashed(builder.records) else { return }
        var upper = ranks[Int(parent)]
        if nodes[Int(upper)].above != Zone.none { upper = nodes[Int(upper)].above }
        guard nodes[Int(upper)].traits.contains(.redirect), !nodes[Int(upper)].traits.contains(.cut) else { return }
        complain(first, "\(spoken(name)) lies below the DNAME of \(spoken(order[Int(upper)])) (RFC 6672 §2.4)")
    }
}
