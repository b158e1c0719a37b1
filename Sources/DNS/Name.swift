/// A domain name: its labels as on the wire, without compression, the root's empty one last (RFC 1035 §3.1).
///
/// The letter case of the text is kept, and plays no part in equality, hash or order (RFC 4343).
public struct Name: Sendable {
    /// `\3www\7example\3org\0`: at most 255 bytes.
    public let wire: [UInt8]

    /// The caller has checked the labels.
    init(checked wire: [UInt8]) { self.wire = wire }

    public static let root = Self(checked: [0])
    static let wildcard: [UInt8] = [1, UInt8(ascii: "*")]

    /// The most that a name takes on the wire, and the most labels that fit (RFC 1035 §2.3.4).
    public static let maxLength = 255
    static let maxLabelLength = 63

    public var isRoot: Bool { wire.count == 1 }

    /// Without the root's empty label.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var at = 0
        while wire[at] != 0 {
            let end = at + 1 + Int(wire[at])
            labels.append(wire[at + 1..<end])
            at = end
        }
        return labels
    }

    /// From labels, leftmost first, without the root's.
    public init(labels: some Collection<some Collection<UInt8>>) throws(DNSError) {
        var wire: [UInt8] = []
        for label in labels {
            guard !label.isEmpty else { throw .emptyLabel(in: "") }
            guard label.count <= Self.maxLabelLength else { throw .labelTooLong(label.count) }
            wire.append(UInt8(label.count))
            wire += label
        }
        wire.append(0)
        guard wire.count <= Self.maxLength else { throw .nameTooLong }
        self.wire = wire
    }

    /// One label less; nil for the root.
    public var parent: Self? { isRoot ? nil : Self(checked: [UInt8](wire[(1 + Int(wire[0]))...])) }

    /// `www.example.org` is within `example.org`, and so is `example.org` itself.
    public func isWithin(_ ancestor: Self) -> Bool {
        var rest = wire[...]
        while rest.count > ancestor.wire.count, let length = rest.first { rest = rest.dropFirst(1 + Int(length)) }
        return sameIgnoringCase(rest, ancestor.wire[...])
    }

    /// Whether the leftmost label is `*` alone (RFC 4592 §2.1.1).
    public var isWildcard: Bool { wire.starts(with: Self.wildcard) }

    /// All letters lower case: the form that RFC 4034 §6.2 calls canonical.
    public var folded: Self { Self(checked: wire.map(fold)) }
}

/// ASCII upper case to lower case. Length bytes, at most 63, lie below the letters: whole names can be folded bytewise.
@inline(__always)
func fold(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

func sameIgnoringCase(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { fold($0) == fold($1) }
}

extension Name: Hashable {
    public static func == (a: Self, b: Self) -> Bool { sameIgnoringCase(a.wire[...], b.wire[...]) }

    public func hash(into hasher: inout Hasher) {
        for byte in wire { hasher.combine(fold(byte)) }
    }
}

/// The canonical order (RFC 4034 §6.1): by label from the right, without case, a name before what is below it.
extension Name: Comparable {
    public static func < (a: Self, b: Self) -> Bool {
        let (left, right) = (a.labels.reversed(), b.labels.reversed())
        return left.lexicographicallyPrecedes(right) { $0.map(fold).lexicographicallyPrecedes($1.map(fold)) }
    }
}
