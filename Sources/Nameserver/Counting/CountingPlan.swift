internal import DNS

/// Where each number lies in a thread's part of `CountingMemory`, in words.
///
///     0         32            40        64                      16448
///     channels  connections   unused    sizes: 4 × 4096 ranges  nobody's zone, zone 0, zone 1 …: 64 each
///
/// What can be had by adding others up is not kept: the queries of a zone are those of its response codes, and the
/// queries of a channel those of its sizes. What depends on other constants is computed, so that the compiler puts a number
/// where it is used, and no lazy global.
enum CountingPlan {
    /// Of a channel, of which there are four: UDP and TCP over each family.
    static let channelWords = 8
    static let queries = 0
    static let answers = 1
    static let bytesIn = 2
    static let bytesOut = 3
    static let dropped = 4
    static let ignored = 5

    static let open = 32
    static let accepted = 33
    static let rejected = 34
    static let abandoned = 35
    static let places = 36

    /// A range is 16 bytes wide, as RSSAC002 wants it.
    static let sizes = 64
    static let sizeRanges = 4096

    static var zones: Int { sizes + 4 * sizeRanges }
    static let zoneWords = 64
    static let rcodes = 24
    static let types = 32
    static let firstType = 24
    static let tcp = 56
    static let truncated = 57
    static let edns = 58
    static let dnssecOK = 59

    /// A whole number of pages, so that threads share no cache line.
    static func laneWords(zones: Int) -> Int { (Self.zones + zoneWords * (zones + 1) + 511) / 512 * 512 }

    /// Types that are counted by their own; the last place is for all others.
    static let countedTypes: [RecordType] = [
        1, 2, 5, 6, 12, 13, 15, 16, 28, 29, 33, 35, 39, 43, 44, 46, 47, 48, 50, 51, 52, 53, 59, 60, 61, 63, 64, 65, 99,
        255, 257,
    ].map(RecordType.init(rawValue:))

    /// For each type below 512 its place.
    nonisolated(unsafe) static let placeOfType: UnsafePointer<UInt8> = {
        // SAFETY: written here, once, and only read afterwards.
        let places = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
        for type in 0..<512 {
            places[type] = UInt8(countedTypes.firstIndex { Int($0.rawValue) == type } ?? types - 1)
        }
        return UnsafePointer(places)
    }()
}

/// A transport over a family of addresses.
public struct QueryChannel: Hashable, Sendable {
    public var isTCP: Bool
    public var isIPv6: Bool

    public init(isTCP: Bool, isIPv6: Bool) { (self.isTCP, self.isIPv6) = (isTCP, isIPv6) }

    public static let all = [false, true].flatMap { tcp in [false, true].map { QueryChannel(isTCP: tcp, isIPv6: $0) } }

    var place: Int { ((isTCP ? 2 : 0) + (isIPv6 ? 1 : 0)) * CountingPlan.channelWords }
}
