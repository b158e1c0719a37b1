internal import Net

/// One route to a prefix in the race for the best.
struct Candidate {
    var route: Link<Route>
    var attributes: Link<AttributeSet>
    /// Local before others, then ``Facts/rank``.
    var rank: UInt64
    /// With what the options say about a missing one.
    var med: UInt32
    var neighborAS: UInt32
    var isExternal: Bool
    var cost: UInt32
    var routerID: UInt32
    var clusters: UInt16
    var address: Address
    var pathID: UInt32
    /// Which AS path it has, when that matters for sharing.
    var path = 0
    /// The step that put it out; nil: it stands.
    var lost: DecisionStep?
    /// Whether it shares the traffic with the best one.
    var shares = false

    static let localRank: UInt64 = 1 << 63
}

/// The decision among the routes to one prefix (RFC 4271 §9.1.2). Every step looks at all routes that still stand and at
/// nothing else, so the outcome doesn't depend on the order in which they came: MED (c) is deterministic by itself.
struct Election {
    private(set) var candidates: [Candidate] = []
    private var standing = 0
    /// Index of the best; nil without candidates.
    private(set) var winner: Int?
    /// How many share the traffic; without multipath, one.
    private var sharers = 1

    mutating func reset() {
        candidates.removeAll(keepingCapacity: true)
        winner = nil
        sharers = 1
    }

    mutating func add(_ candidate: Candidate) { candidates.append(candidate) }

    mutating func setPath(_ number: Int, of index: Int) { candidates[index].path = number }

    mutating func run(_ options: DecisionOptions) {
        standing = candidates.count
        guard standing > 1 else { return winner = standing == 1 ? 0 : nil }
        for step in DecisionStep.allCases {
            if step == .routerID { noteEqual() }
            if standing > 1 { apply(step, options) }
        }
        winner = candidates.firstIndex { $0.lost == nil }
        if options.maximumPaths > 1 { share(options) }
    }

    /// What the outcome means for one of the routes.
    func flags(of route: Link<Route>) -> Route.Flags {
        guard let index = candidates.firstIndex(where: { $0.route == route }) else { return [] }
        let shares = candidates[index].shares && sharers > 1
        return index == winner ? (shares ? [.best, .shares] : .best) : (shares ? .shares : [])
    }

    // MARK: Steps

    private mutating func apply(_ step: DecisionStep, _ options: DecisionOptions) {
        switch step {
        case .local: keepLowest(step) { ~$0.rank & Candidate.localRank }
        case .localPref: keepLowest(step) { ~($0.rank >> 18) }
        case .pathLength: keepLowest(step) { ~($0.rank >> 2) }
        case .origin: keepLowest(step) { ~$0.rank }
        case .med: compareMED(options)
        case .external: keepLowest(step) { $0.isExternal ? 0 : 1 }
        case .interiorCost: keepLowest(step) { UInt64($0.cost) }
        case .routerID: keepLowest(step) { UInt64($0.routerID) }
        case .clusterList: keepLowest(step) { UInt64($0.clusters) }
        case .neighborAddress: keepLowest(step) { $0.address }
        case .pathID: keepLowest(step) { UInt64($0.pathID) }
        }
    }

    @inline(__always)
    private mutating func keepLowest<Value: Comparable>(_ step: DecisionStep, _ value: (Candidate) -> Value) {
        var lowest: Value?
        for candidate in candidates where candidate.lost == nil {
            let value = value(candidate)
            if lowest.map({ value < $0 }) ?? true { lowest = value }
        }
        for index in candidates.indices where candidates[index].lost == nil && value(candidates[index]) != lowest {
            candidates[index].lost = step
            standing -= 1
        }
    }

    /// Within each neighboring AS, the routes with the lowest MED stay (RFC 4271 §9.1.2.2 (c)).
    private mutating func compareMED(_ options: DecisionOptions) {
        if options.comparesAllMED { return keepLowest(.med) { UInt64($0.med) } }
        var lowest: [UInt32: UInt32] = [:]
        for candidate in candidates where candidate.lost == nil {
            lowest[candidate.neighborAS] = min(candidate.med, lowest[candidate.neighborAS] ?? .max)
        }
        for index in candidates.indices where candidates[index].lost == nil {
            guard candidates[index].med != lowest[candidates[index].neighborAS] else { continue }
            candidates[index].lost = .med
            standing -= 1
        }
    }

    // MARK: Multipath

    private mutating func noteEqual() {
        for index in candidates.indices { candidates[index].shares = candidates[index].lost == nil }
    }

    /// Of those that were equal up to (e), the best and the next best ones by the steps after it.
    private mutating func share(_ options: DecisionOptions) {
        guard let winner else { return }
        let best = candidates[winner]
        for index in candidates.indices where candidates[index].shares && index != winner {
            candidates[index].shares =
                switch options.sharing {
                case .samePath: candidates[index].path == best.path
                case .sameNeighborAS: candidates[index].neighborAS == best.neighborAS
                case .anyPath: true
                }
        }
        let order = candidates.indices.filter { candidates[$0].shares }
            .sorted { candidates[$0].tieBreak < candidates[$1].tieBreak }
        for index in order.dropFirst(options.maximumPaths) { candidates[index].shares = false }
        sharers = min(order.count, options.maximumPaths)
    }
}

extension Candidate {
    fileprivate var tieBreak: (UInt32, UInt16, Address, UInt32) { (routerID, clusters, address, pathID) }
}
