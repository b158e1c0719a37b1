package import Net

/// What `landfall routes` asks: `GET /routes?table=filtered&neighbor=transit-v4&within=203.0.113.0/24`. Documented in
/// docs/router-json.md.
package struct RoutesQuestion: Hashable, Sendable {
    package enum Table: String, Hashable, Sendable, CaseIterable {
        case best, all, received, filtered, sent, withheld

        /// Whether it is a neighbor's own.
        package var hasNeighbor: Bool { self != .best && self != .all }
    }

    /// Which prefixes.
    package enum Scope: Hashable, Sendable {
        case everything
        case exactly(Prefix)
        /// It, and all that lie in it.
        case within(Prefix)
        /// The most specific one with such routes that contains the address.
        case longest(Address)
    }

    package var table: Table
    /// Of tables that are a neighbor's.
    package var neighbor: String?
    package var scope = Scope.everything
    /// The AS is anywhere in the path.
    package var asn: ASN?
    /// The path begins there.
    package var origin: ASN?
    package var community: CommunityChoice?
    /// Only prefixes after this one: where the page before ended.
    package var after: Prefix?
    /// Routes on a page; more when they belong to its last prefix.
    package var limit = Self.usualLimit
    /// How many there are, and not which.
    package var counts = false
    /// The answer is JSON lines: a route on each, and a ``RoutesAnswer`` without routes on the last.
    package var asLines = false

    package static let usualLimit = 500
    package static let limits = 1...1000

    package init(_ table: Table = .best, of neighbor: String? = nil) { (self.table, self.neighbor) = (table, neighbor) }
}

/// `65000:100`, `65000:*`, `no-export`, `65000:1:2`, `65000:1:*`, `65000:*:*`.
package enum CommunityChoice: Hashable, Sendable {
    case standard(Community)
    /// With any value after this AS.
    case anyOf(UInt16)
    case large(LargeCommunity)
    case anyLarge(UInt32, UInt32?)

    package init?(_ text: String) {
        if let community = Community(text) {
            self = .standard(community)
        } else if let community = LargeCommunity(text) {
            self = .large(community)
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            switch parts.count {
            case 2 where parts[1] == "*":
                guard let tag = Community("\(parts[0]):0") else { return nil }
                self = .anyOf(UInt16(tag.rawValue >> 16))
            case 3 where parts[2] == "*":
                let first = parts[1] == "*" ? "0" : parts[1]
                guard let tag = LargeCommunity("\(parts[0]):\(first):0") else { return nil }
                self = .anyLarge(tag.global, parts[1] == "*" ? nil : tag.local1)
            default: return nil
            }
        }
    }
}

extension CommunityChoice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .standard(let community): "\(community)"
        case .anyOf(let high): "\(high):*"
        case .large(let community): "\(community)"
        case .anyLarge(let global, let local): "\(global):\(local.map(String.init) ?? "*"):*"
        }
    }
}

// MARK: As a target

extension RoutesQuestion {
    package static let path = "/routes"

    private enum Key: String, CaseIterable {
        case table, neighbor, prefix, within, longest, asn, origin, community, after, limit, count, lines
    }

    package var target: String {
        var query = Query(Self.path)
        query[Key.table.rawValue] = table.rawValue
        query[Key.neighbor.rawValue] = neighbor
        switch scope {
        case .everything: break
        case .exactly(let prefix): query[Key.prefix.rawValue] = "\(prefix)"
        case .within(let prefix): query[Key.within.rawValue] = "\(prefix)"
        case .longest(let address): query[Key.longest.rawValue] = "\(address)"
        }
        query[Key.asn.rawValue] = asn.map { "\($0.rawValue)" }
        query[Key.origin.rawValue] = origin.map { "\($0.rawValue)" }
        query[Key.community.rawValue] = community.map { "\($0)" }
        query[Key.after.rawValue] = after.map { "\($0)" }
        query[Key.limit.rawValue] = limit == Self.usualLimit ? nil : "\(limit)"
        query[Key.count.rawValue] = counts ? "true" : nil
        query[Key.lines.rawValue] = asLines ? "true" : nil
        return query.target
    }

    package init(_ query: Query) throws(QueryError) {
        try query.check(Key.allCases.map(\.rawValue))
        let tables = Table.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(try query.read(Key.table.rawValue, as: "one of \(tables)") { Table(rawValue: $0) } ?? .best)
        neighbor = query[Key.neighbor.rawValue]
        guard table.hasNeighbor == (neighbor != nil) else {
            throw QueryError(neighbor == nil ? "table=\(table) wants a neighbor" : "table=\(table) takes no neighbor")
        }
        scope = try Self.scope(query)
        asn = try query.read(Key.asn.rawValue, as: "an AS number, such as 64500") { ASN($0) }
        origin = try query.read(Key.origin.rawValue, as: "an AS number, such as 64500") { ASN($0) }
        let communities = "a community, such as 65000:100, 65000:*, no-export or 65000:1:2"
        community = try query.read(Key.community.rawValue, as: communities) { CommunityChoice($0) }
        after = try query.read(Key.after.rawValue, as: Self.prefixes) { Prefix($0) }
        let limits = "a number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)"
        limit =
            try query.read(Key.limit.rawValue, as: limits) { Int($0).flatMap { Self.limits.contains($0) ? $0 : nil } }
            ?? Self.usualLimit
        counts = try query.read(Key.count.rawValue, as: "true or false") { Bool($0) } ?? false
        asLines = try query.read(Key.lines.rawValue, as: "true or false") { Bool($0) } ?? false
    }

    private static let prefixes = "a prefix, such as 203.0.113.0/24"

    private static func scope(_ query: Query) throws(QueryError) -> Scope {
        let keys = [Key.prefix, .within, .longest].map(\.rawValue).filter { query[$0] != nil }
        if keys.count > 1 { throw QueryError("\(keys.joined(separator: " and ")) exclude each other") }
        if let prefix = try query.read(Key.prefix.rawValue, as: prefixes, { Prefix($0) }) { return .exactly(prefix) }
        if let prefix = try query.read(Key.within.rawValue, as: prefixes, { Prefix($0) }) { return .within(prefix) }
        let addresses = "an address, such as 203.0.113.53"
        let address = try query.read(Key.longest.rawValue, as: addresses) { Address($0) }
        return address.map { .longest($0) } ?? .everything
    }
}
