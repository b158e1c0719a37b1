internal import BGP
internal import Control
internal import Net

extension RouteAttributes {
    /// - Parameter nextHops: in words.
    init(_ attributes: PathAttributes, _ nextHops: [String]) {
        self.init()
        origin = attributes.origin?.word
        path = attributes.asPath.map { "\($0)" } ?? ""
        self.nextHops = nextHops
        (localPref, med) = (attributes.localPref, attributes.med)
        communities = Self.list(attributes.communities)
        largeCommunities = Self.list(attributes.largeCommunities)
        extendedCommunities = Self.list(attributes.extendedCommunities)
        atomicAggregate = attributes.atomicAggregate ? true : nil
        aggregator = attributes.aggregator.map { "\($0.asn) \($0.id)" }
        originatorID = attributes.originatorID.map { "\($0)" }
        clusterList = Self.list(attributes.clusterList)
        onlyToCustomer = attributes.onlyToCustomer?.rawValue
        others = attributes.other.isEmpty ? nil : attributes.other.map(\.text)
    }

    private static func list(_ values: [some CustomStringConvertible]) -> [String]? {
        values.isEmpty ? nil : values.map(\.description)
    }

    /// What somebody changed to make `new` of it, in words.
    func changes(to new: Self) -> [String] {
        var changes: [String?] = [
            Self.change("AS path", path, new.path), Self.change("origin", origin, new.origin),
            Self.change("next hop", nextHops.joined(separator: " "), new.nextHops.joined(separator: " ")),
            Self.change("local preference", localPref, new.localPref), Self.change("MED", med, new.med),
            Self.change("only to customers of", onlyToCustomer, new.onlyToCustomer),
            Self.change("aggregator", aggregator, new.aggregator),
            Self.change("originator", originatorID, new.originatorID),
        ]
        let lists = [
            ("community", communities, new.communities), ("large community", largeCommunities, new.largeCommunities),
            ("extended community", extendedCommunities, new.extendedCommunities),
            ("cluster", clusterList, new.clusterList), ("attribute", others, new.others),
        ]
        for (name, old, new) in lists {
            let (old, new) = (old ?? [], new ?? [])
            changes += old.filter { !new.contains($0) }.map { "\(name) \($0) removed" }
            changes += new.filter { !old.contains($0) }.map { "\(name) \($0) added" }
        }
        return changes.compactMap(\.self)
    }

    private static func change<Value: Equatable>(_ name: String, _ old: Value?, _ new: Value?) -> String? {
        guard old != new else { return nil }
        return "\(name) \(word(old)) → \(word(new))"
    }

    private static func word(_ value: (some Any)?) -> String {
        guard let value else { return "none" }
        let text = "\(value)"
        return text.isEmpty ? "empty" : text
    }
}

extension RawAttribute {
    /// At most 64 bytes of it.
    fileprivate var text: String {
        let hex = value.prefix(64).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return
            "code \(code.rawValue), flags 0x\(String(flags.rawValue, radix: 16)): \(hex)\(value.count > 64 ? "…" : "")"
    }
}
