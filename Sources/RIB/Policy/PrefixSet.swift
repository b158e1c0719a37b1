package import Net

/// Prefixes by range: `203.0.113.0/24` alone, or with what it contains, down to given lengths. A lookup costs one step for
/// each length that occurs in the set, however long the list is.
package struct PrefixSet: Hashable, Sendable {
    package struct Range: Hashable, Sendable {
        package var prefix: Prefix
        /// Which lengths match, of the prefix itself and of what it contains.
        package var lengths: ClosedRange<Int>

        /// The prefix alone.
        package init(_ prefix: Prefix) { self.init(prefix, prefix.length...prefix.length) }
        package init(_ prefix: Prefix, _ lengths: ClosedRange<Int>) { (self.prefix, self.lengths) = (prefix, lengths) }
    }

    package let ranges: [Range]
    private let byPrefix: [Prefix: [ClosedRange<Int>]]
    private let lengths: [Family: [Int]]

    package init(_ ranges: [Range]) {
        self.ranges = ranges
        byPrefix = Dictionary(grouping: ranges, by: \.prefix).mapValues { $0.map(\.lengths) }
        lengths = Dictionary(grouping: Set(ranges.map(\.prefix)), by: \.family).mapValues { prefixes in
            Set(prefixes.map(\.length)).sorted()
        }
    }

    package func contains(_ prefix: Prefix) -> Bool {
        for length in lengths[prefix.family] ?? [] {
            guard length <= prefix.length else { return false }
            guard let covering = Prefix(prefix.address, length: length), let ranges = byPrefix[covering] else {
                continue
            }
            if ranges.contains(where: { $0.contains(prefix.length) }) { return true }
        }
        return false
    }
}
