import Net
import RIB
import YAML

extension Kind where Value == [BorderRouter] {
    static var routers: Kind {
        named("router", record("{asn: …, router-id: …, neighbors: […]}") { BorderRouter(keys: &$0) })
    }
}

extension BorderRouter {
    fileprivate init?(keys: inout Keys) {
        let asn = keys.required("asn", .asn)
        let routerID = keys.required("router-id", .routerID)
        let port = keys.optional("port", .listenPort)
        let habit = keys.optional("policy", .choice(Habit.self))
        decision = DecisionOptions(keys: &keys)
        let holdTime = keys.optional("hold-time", .holdTime, default: .seconds(90))
        networks = keys.optional("networks", list(of: .originated)) ?? []
        kernel = keys.optional("kernel", record("{table: …, metric: …}") { KernelTable(keys: &$0) })
        policies = keys.optional("policies", named("policy", .policy)) ?? []
        let neighbors = keys.required("neighbors", list(of: .routerNeighbor, least: 0))
        guard let asn, let routerID, let neighbors else { return nil }
        (name, self.asn, self.routerID) = (keys.label, asn, routerID)
        (self.port, self.habit) = (port ?? 179, habit ?? .plain)
        self.neighbors = neighbors.map { $0.neighbor(holdTime) }
    }
}

extension Kind where Value == UInt16? {
    /// A port, or none at all.
    fileprivate static var listenPort: Kind {
        scalar("a port from 1 to 65535, or none") { text -> UInt16?? in
            if text == "none" { return .some(nil) }
            guard let port = plainNumber(text).flatMap({ UInt16(exactly: $0) }), port > 0 else { return nil }
            return .some(port)
        }
    }
}

extension DecisionOptions {
    /// Keys of the router itself.
    fileprivate init(keys: inout Keys) {
        self.init()
        maximumPaths = keys.optional("multipath", .number(1...64), default: 1)
        if let sharing = keys.optional("multipath-over", .choice(SharingWord.self)) { self.sharing = sharing.value }
        comparesAllMED = keys.optional("always-compare-med", .flag, default: false)
        missingMEDIsWorst = keys.optional("missing-med-is-worst", .flag, default: false)
    }

    fileprivate enum SharingWord: String, CaseIterable {
        case anyPath = "any-path"
        case sameNeighbor = "same-neighbor"
        case samePath = "same-path"

        var value: Sharing {
            switch self {
            case .anyPath: .anyPath
            case .sameNeighbor: .sameNeighborAS
            case .samePath: .samePath
            }
        }
    }
}

extension BorderRouter.KernelTable {
    fileprivate init?(keys: inout Keys) {
        table = keys.optional("table", .number(1...UInt32.max), default: 254)
        self.protocol = keys.optional("protocol", .number(5...UInt8.max), default: 186)
        metric = keys.optional("metric", .number(1...UInt32.max), default: 20)
    }
}

extension Kind where Value == BorderRouter.Originated {
    /// A prefix alone is one without attributes.
    fileprivate static var originated: Kind {
        let prefix = Kind<Prefix>.anyPrefix
        let whole = record("{prefix: …, med: …, communities: […]}") { BorderRouter.Originated(keys: &$0) }
        return Kind("a prefix, or {prefix, med, communities, …}", describe: whole.describe) { node, label, reading in
            if case .mapping = node.content { return whole.read(node, label, &reading) }
            return prefix.read(node, label, &reading).map { BorderRouter.Originated(prefix: $0) }
        }
    }
}

extension BorderRouter.Originated {
    fileprivate init?(keys: inout Keys) {
        let prefix = keys.required("prefix", .anyPrefix)
        med = keys.optional("med", .number(0...UInt32.max))
        communities = keys.optional("communities", list(of: .community)) ?? []
        largeCommunities = keys.optional("large-communities", list(of: .largeCommunity)) ?? []
        guard let prefix else { return nil }
        self.prefix = prefix
    }
}
