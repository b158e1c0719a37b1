/// Answers that say who knows or that there is nothing, and what proves it to clients that want DNSSEC (RFC 4035 §3.1.3,
/// §3.1.4; RFC 5155 §7.2).
extension Responder {
    private static let tooLong: Result = (.noError, truncated: true)

    /// NXDOMAIN carries the SOA, with the time that a resolver may remember it for (RFC 2308 §3): no such name, and no
    /// wildcard.
    mutating func denyName(_ found: Finding, _ zone: Zone, _ signed: Bool) -> Result {
        if signed, let denial = zone.denial {
            let encloser = proveEncloser(found.extraLabels, zone, denial)
            note(zone.nodes[Int(encloser)].wildcardProver)
        }
        return deny(.nameError, zone, signed)
    }

    /// The name exists, or a wildcard for it; the type doesn't.
    mutating func denyType(_ found: Finding, _ zone: Zone, _ signed: Bool) -> Result {
        if signed, let denial = zone.denial {
            let isWildcard = found.kind == .wildcard
            if isWildcard { _ = proveEncloser(found.extraLabels, zone, denial) }
            let node = zone.nodes[Int(found.node)]
            if isWildcard || denial.hashing == nil || !node.traits.contains(.isCovered) {
                note(node.prover)
            } else {
                _ = proveEncloser(0, zone, denial)
            }
        }
        return deny(.noError, zone, signed)
    }

    private mutating func deny(_ rcode: ResponseCode, _ zone: Zone, _ signed: Bool) -> Result {
        writer.insert(.authoritative)
        let apex = writer.tail(zone.originLength, of: zone)
        let fits = writer.add(zone.negativeSOA, of: zone, owner: apex, to: .authority, signed: signed)
        return (rcode, truncated: !fits || !addProofs(zone))
    }

    // MARK: Referrals

    /// Addresses of servers inside the delegated zone must come along, or nobody gets there: without room for them the
    /// answer is truncated (RFC 9471 §2.1). Others are a convenience.
    mutating func refer(to cut: UInt32, _ zone: Zone, _ signed: Bool) -> Result {
        let length = Int(zone.nodes[Int(cut)].nameLength) + zone.originLength
        let owner = writer.tail(length, of: zone)
        guard let set = zone.set(.ns, at: cut) else { return Self.tooLong }
        let start = writer.page.count
        guard writer.add(set, of: zone, owner: owner, to: .authority, signed: false) else { return Self.tooLong }
        if signed, !addSecurity(of: cut, owner, length, zone) || !addProofs(zone) { return Self.tooLong }
        var truncated = false
        let servers = zone.sets[set]
        for index in Int(servers.firstTarget)..<Int(servers.firstTarget) + Int(servers.targetCount) {
            let target = zone.targets[index]
            if truncated, !target.isRequired { break }
            if !addTarget(target, of: servers, at: start, zone, signed), target.isRequired { truncated = true }
        }
        return (.noError, truncated)
    }

    /// Whether the delegated zone is signed: its DS, or what proves that there is none (RFC 4035 §3.1.4).
    private mutating func addSecurity(of cut: UInt32, _ owner: Int, _ length: Int, _ zone: Zone) -> Bool {
        if let set = zone.set(.ds, at: cut) {
            guard zone.sets[set].signatureCount > 0 else { return true }
            return writer.add(set, of: zone, owner: owner, to: .authority, signed: true)
        }
        guard let denial = zone.denial else { return true }
        let node = zone.nodes[Int(cut)]
        if denial.hashing == nil || !node.traits.contains(.isCovered) {
            note(node.prover)
        } else {
            var label = 0
            while name.length - name.start(label) > length { label += 1 }
            _ = proveEncloser(label, zone, denial)
        }
        return true
    }

    // MARK: Proofs

    /// That no closer name exists than the wildcard which answers (RFC 4035 §3.1.3.3, RFC 5155 §7.2.6).
    mutating func noteExpansion(_ found: Finding, _ zone: Zone, _ signed: Bool) {
        guard signed, found.kind == .wildcard, let denial = zone.denial else { return }
        note(prover(ofMissing: found.extraLabels - 1, zone, denial))
    }

    /// For the closest name above that exists, at `label`: what shows it, and that nothing of `name` below it does.
    ///
    /// NSEC shows both at once. With NSEC3, opt-out leaves names without a proof (RFC 5155 §6): then it is the closest
    /// name above that has one. Returns its node.
    private mutating func proveEncloser(_ label: Int, _ zone: Zone, _ denial: Denial) -> UInt32 {
        guard denial.hashing != nil else {
            if label > 0 { note(prover(ofMissing: label - 1, zone, denial)) }
            return zone.node(of: name, from: label) ?? Zone.apex
        }
        var (at, covering) = (label, UInt32?.none)
        var encloser = zone.node(of: name, from: at) ?? Zone.apex
        while zone.nodes[Int(encloser)].traits.contains(.isCovered), encloser != Zone.apex {
            covering = zone.nodes[Int(encloser)].prover
            at += 1
            encloser = zone.node(of: name, from: at) ?? Zone.apex
        }
        note(zone.nodes[Int(encloser)].prover)
        if let covering {
            note(covering)
        } else if label > 0 {
            note(prover(ofMissing: label - 1, zone, denial))
        }
        return encloser
    }

    /// What covers the name that begins at `label` and doesn't exist: of NSEC, the one before the whole name.
    private func prover(ofMissing label: Int, _ zone: Zone, _ denial: Denial) -> UInt32 {
        guard let hashing = denial.hashing else {
            let end = name.start(name.labelCount - zone.originLabelCount)
            let labels = name.bytes.span.extracting(first: end)
            return denial.prover(before: labels) { zone.isNode($0, behind: name, end) }
        }
        let tail = name.bytes.span.extracting(name.start(label)..<name.length)
        return denial.prover(of: hashing.hash(tail)).node
    }

    /// Each is said once, however much it proves.
    private mutating func note(_ prover: UInt32) {
        if prover != Zone.none, !provers.contains(prover) { provers.append(prover) }
    }

    /// Writes what was noted; false when it doesn't fit.
    mutating func addProofs(_ zone: Zone) -> Bool {
        guard let type = zone.denial?.type else { return true }
        for prover in provers {
            guard let set = zone.set(type, at: prover) else { continue }
            guard writer.add(set, at: prover, of: zone, to: .authority, signed: true) else { return false }
        }
        return true
    }
}

extension Zone {
    /// Whether a node stands behind a name in canonical order; `end` is where the apex begins in the name.
    fileprivate func isNode(_ node: UInt32, behind name: borrowing LookupName, _ end: Int) -> Bool {
        let node = nodes[Int(node)]
        let start = Int(node.name)
        let labels = name.bytes.span.extracting(first: end)
        return bytes.withSpan(start..<start + Int(node.nameLength)) { NameOrder.precedes(labels, $0) }
    }
}
