/// Which addresses come along with an RRset (RFC 1034 §4.3.2 step 6), looked up once for all answers.
extension ZoneAssembly {
    /// In the order of the RRsets; of each first what a referral can't do without.
    mutating func resolveTargets() -> [Zone.Target] {
        var targets: [Zone.Target] = []
        var at = 0
        while at < pending.count {
            let set = pending[at].set
            let first = targets.count
            var seen: Set<UInt32> = []
            while at < pending.count, pending[at].set == set {
                let wanted = pending[at]
                at += 1
                guard let node = resolve(wanted), seen.insert(node).inserted else { continue }
                if let target = target(wanted, node) { targets.append(target) }
            }
            let required = targets[first...].filter(\.isRequired)
            if !required.isEmpty { targets[first...] = (required + targets[first...].filter { !$0.isRequired })[...] }
            sets[Int(set)].firstTarget = UInt32(first)
            sets[Int(set)].targetCount = UInt16(truncatingIfNeeded: targets.count - first)
        }
        pending = []
        return targets
    }

    /// The node of a name in data, or of the wildcard that stands in for it; nil: it isn't in the zone.
    private mutating func resolve(_ wanted: PendingTarget) -> UInt32? {
        if wanted.name.isEmpty { return wanted.node }
        if let known = builder.find(builder.bytes[wanted.name], using: &lookup) { return ranks[Int(known)] }
        guard builder.encloses(lookup) else { return nil }
        var label = 1
        while true {
            if let known = builder.find(lookup, label) {
                let wildcard = nodes[Int(ranks[Int(known)])].wildcard
                return wildcard == Zone.none ? nil : wildcard
            }
            label += 1
        }
    }

    /// Below a delegation addresses are glue: only for those who are referred there.
    private func target(_ wanted: PendingTarget, _ node: UInt32) -> Zone.Target? {
        let (owner, other) = (nodes[Int(wanted.node)], nodes[Int(node)])
        let isReferral = owner.traits.contains(.cut) && sets[Int(wanted.set)].type == .ns
        let isOurs = other.above == Zone.none && !other.traits.contains(.cut)
        guard isReferral || isOurs else { return nil }
        var target = Zone.Target(
            position: wanted.position, isRequired: isReferral && (node == wanted.node || other.above == wanted.node))
        if let set = set(.a, at: node) { target.sets.0 = UInt32(set) }
        if let set = set(.aaaa, at: node) { target.sets.1 = UInt32(set) }
        let type = sets[Int(wanted.set)].type
        if type.isServiceBinding, node != wanted.node, let set = set(type, at: node) { target.sets.2 = UInt32(set) }
        return target.sets == (Zone.none, Zone.none, Zone.none) ? nil : target
    }
}
