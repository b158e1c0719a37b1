import Net
import RIB
import YAML

/// What conditions are about: ranges, and communities of which a part may be any.
extension Kind where Value == ClosedRange<Int> {
    /// `24`, `8-24`.
    static func span(_ bounds: ClosedRange<Int>) -> Kind {
        scalar("a number or a range within \(bounds.lowerBound)-\(bounds.upperBound), such as 8-24") { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { plainNumber($0) }
            guard parts.count <= 2, let first = parts.first ?? nil, let last = parts.last ?? nil, first <= last,
                bounds.contains(first), bounds.contains(last)
            else { return nil }
            return first...last
        }
    }
}

/// Digits alone.
func plainNumber(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}

extension Kind where Value == PrefixSet.Range {
    /// A prefix alone is no other.
    static var prefixRange: Kind {
        let prefix = Kind<Prefix>.anyPrefix
        let whole = record("{prefix: …, lengths: …}") { PrefixSet.Range(keys: &$0) }
        return Kind("a prefix, or {prefix, lengths}", describe: whole.describe) { node, label, reading in
            if case .mapping = node.content { return whole.read(node, label, &reading) }
            return prefix.read(node, label, &reading).map { PrefixSet.Range($0) }
        }
    }
}

extension PrefixSet.Range {
    fileprivate init?(keys: inout Keys) {
        let prefix = keys.required("prefix", .anyPrefix)
        let lengths = keys.optional("lengths", .span(0...128))
        guard let prefix, lengths != nil || !keys.has("lengths") else { return nil }
        let fits = prefix.length...prefix.address.family.width
        if let lengths, !fits.contains(lengths.lowerBound) || !fits.contains(lengths.upperBound) {
            let given = "\(lengths.lowerBound)-\(lengths.upperBound)"
            keys.refuse(
                "lengths",
                "\(given) has lengths that nothing in \(prefix) has; it should be within "
                    + "\(fits.lowerBound)-\(fits.upperBound)")
            return nil
        }
        self.init(prefix, lengths ?? prefix.length...prefix.length)
    }
}

extension Kind where Value == CommunityPattern {
    static var communityPattern: Kind {
        let names = Community.names.map(\.name).joined(separator: ", ")
        return scalar("a community, such as 65000:100, 65000:* for any with this AS, or one of \(names)") { text in
            if let community = Community(text) { return CommunityPattern(community) }
            guard text.hasSuffix(":*"), let high = plainNumber(text.dropLast(2)).flatMap({ UInt16(exactly: $0) })
            else { return nil }
            return CommunityPattern(any: high)
        }
    }
}

extension Kind where Value == LargeCommunityPattern {
    static var largeCommunityPattern: Kind {
        scalar("a large community, such as 65000:1:2, or with any value, such as 65000:1:*") { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let numbers = parts.map { part in part == "*" ? nil : plainNumber(part).flatMap { UInt32(exactly: $0) } }
            guard parts.count == 3, let global = numbers[0], zip(parts, numbers).allSatisfy({ $0 == "*" || $1 != nil })
            else { return nil }
            return LargeCommunityPattern(global, numbers[1], numbers[2])
        }
    }
}
