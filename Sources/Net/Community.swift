/// A tag on a route, `65000:100` (RFC 1997).
public struct Community: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public init(_ high: UInt16, _ low: UInt16) { rawValue = UInt32(high) << 16 | UInt32(low) }

    public static let gracefulShutdown = Self(65535, 0)  // RFC 8326
    public static let blackhole = Self(65535, 666)  // RFC 7999
    public static let noExport = Self(65535, 65281)
    public static let noAdvertise = Self(65535, 65282)
    public static let noExportSubconfed = Self(65535, 65283)
    public static let noPeer = Self(65535, 65284)  // RFC 3765

    /// The names that operators write for the well-known ones.
    public static let names: [(name: String, value: Community)] = [
        ("graceful-shutdown", .gracefulShutdown), ("blackhole", .blackhole), ("no-export", .noExport),
        ("no-advertise", .noAdvertise), ("no-export-subconfed", .noExportSubconfed), ("no-peer", .noPeer),
    ]

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// `65000:100` or a well-known name.
    public init?(_ text: some StringProtocol) {
        if let known = Self.names.first(where: { $0.name == text }) {
            self = known.value
            return
        }
        guard let parts = numbers(text, count: 2), let high = UInt16(exactly: parts[0]),
            let low = UInt16(exactly: parts[1])
        else { return nil }
        self.init(high, low)
    }
}

extension Community: CustomStringConvertible {
    public var description: String {
        Self.names.first { $0.value == self }?.name ?? "\(rawValue >> 16):\(rawValue & 0xffff)"
    }
}

/// A tag with room for four-byte ASNs, `65000:1:2` (RFC 8092).
public struct LargeCommunity: Hashable, Comparable, Sendable {
    public var global: UInt32
    public var local1: UInt32
    public var local2: UInt32

    public init(_ global: UInt32, _ local1: UInt32, _ local2: UInt32) {
        (self.global, self.local1, self.local2) = (global, local1, local2)
    }

    public static func < (a: Self, b: Self) -> Bool {
        (a.global, a.local1, a.local2) < (b.global, b.local1, b.local2)
    }

    public init?(_ text: some StringProtocol) {
        guard let parts = numbers(text, count: 3) else { return nil }
        self.init(parts[0], parts[1], parts[2])
    }
}

extension LargeCommunity: CustomStringConvertible {
    public var description: String { "\(global):\(local1):\(local2)" }
}

/// `count` decimal numbers between colons.
private func numbers(_ text: some StringProtocol, count: Int) -> [UInt32]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == count, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
        return nil
    }
    let values = parts.compactMap { UInt32($0) }
    return values.count == count ? values : nil
}
