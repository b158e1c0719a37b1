public import Net

/// Which AS announces what: from VRPs, or from a table. Whoever measured prefixes gets the ASes that they belong to.
public struct Origins: Hashable, Sendable {
    /// One prefix and who may announce it.
    public struct Entry: Hashable, Sendable {
        public var prefix: Prefix
        public var asn: ASN

        public init(_ prefix: Prefix, _ asn: ASN) { (self.prefix, self.asn) = (prefix, asn) }
    }

    /// More specific ones first within a family; then by address, then by AS number.
    private var entries: [Entry]
    /// Where the entries of each family and length are.
    private var runs: [Run] = []

    private struct Run: Hashable, Sendable {
        var family: Family
        var length: Int
        var range: Range<Int>
    }

    /// AS0 says that nobody announces a prefix (RFC 7607), so it is left out.
    public init(_ given: some Sequence<Entry>) {
        entries = given.filter { $0.asn.rawValue != 0 }.sorted {
            let (a, b) = ($0.prefix, $1.prefix)
            if a.family != b.family { return a.family == .ipv4 }
            return (b.length, a.address, $0.asn) < (a.length, b.address, $1.asn)
        }
        var start = 0
        for index in entries.indices {
            let (prefix, next) = (entries[index].prefix, index + 1)
            if next < entries.count, entries[next].prefix.family == prefix.family,
                entries[next].prefix.length == prefix.length
            {
                continue
            }
            runs.append(Run(family: prefix.family, length: prefix.length, range: start..<next))
            start = next
        }
    }

    public var count: Int { entries.count }

    /// Those who announce the longest prefix that contains this one, ascending; none: it isn't known.
    public func ases(of prefix: Prefix) -> [ASN] {
        for run in runs where run.family == prefix.family && run.length <= prefix.length {
            guard let cut = Prefix(prefix.address, length: run.length) else { continue }
            let first = lowerBound(cut.address, in: run.range)
            let found = entries[first..<run.range.upperBound].prefix { $0.prefix.address == cut.address }
            if !found.isEmpty { return found.reduce(into: []) { if $0.last != $1.asn { $0.append($1.asn) } } }
        }
        return []
    }

    private func lowerBound(_ address: Address, in range: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].prefix.address < address { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Columns `as` and `prefix`, as validators export their VRPs (`ASN,IP Prefix,Max Length,Trust Anchor`).
    public init(table text: [UInt8]) throws(TableError) {
        var table = try Table(text)
        try table.require([.asn], called: "\"as\"")
        try table.require([.prefix], called: "\"prefix\"")
        var entries: [Entry] = []
        while let record = try table.next() {
            guard let prefix = try record.prefix() else { throw record.lack("a prefix", in: .prefix) }
            entries.append(Entry(prefix, try record.originAS()))
        }
        self.init(entries)
    }
}

extension Record {
    /// AS0 included: VRPs have it.
    fileprivate func originAS() throws(TableError) -> ASN {
        guard let field = text(.asn) else { throw lack("an AS number", in: .asn) }
        guard let asn = ASN(field.text) else { throw fault(field, wanted: "an AS number, such as 64500 or AS64500,") }
        return asn
    }
}

/// Whom a line of a table is about, or why nobody.
enum Subject: Hashable {
    /// Its position in the graph.
    case known(Int)
    case unknown(ASN)
    /// A prefix that no origin is known of.
    case unmapped
}

extension Record {
    /// By `as`, or by `prefix` and who announces it: of several, the lowest that the graph knows.
    func subject(in graph: ASGraph, _ origins: Origins?) throws(TableError) -> (subject: Subject, isAmbiguous: Bool) {
        if let asn = try asn() { return (graph.position(of: asn).map { .known($0) } ?? .unknown(asn), false) }
        guard let prefix = try prefix() else { throw lack("an AS number or a prefix") }
        let ases = origins?.ases(of: prefix) ?? []
        guard let first = ases.first else { return (.unmapped, false) }
        let known = ases.lazy.compactMap { graph.position(of: $0) }.first
        return (known.map { .known($0) } ?? .unknown(first), ases.count > 1)
    }
}
