import Net

/// CAIDA's text of AS relationships, one link a line:
///
///     # comments, among them the inferred clique and the ASes of exchanges
///     3356|15169|0|bgp        peers; serial-2 says where it was seen, serial-1 ends before that
///     3356|65001|-1|bgp       3356 is a provider of 65001
///
/// (The format is described at https://www.caida.org/catalog/datasets/as-relationships/.)
extension ASGraph {
    /// - Parameter text: a whole file, decompressed.
    public init(text: Span<UInt8>) throws(GraphError) {
        var list = LinkList()
        var (start, line) = (0, 1)
        while start < text.count {
            guard let end = text.newline(from: start) else { throw GraphError(.cutInMidLine, line: line) }
            try list.take(text.extracting(start..<end), line: line)
            (start, line) = (end + 1, line + 1)
        }
        try self.init(list)
    }

    public init(text: [UInt8]) throws(GraphError) { try self.init(text: text.span) }

    /// The graph as serial-1 text, providers and their customers first, in the order of AS numbers: equal graphs have
    /// equal texts.
    public func text() -> [UInt8] {
        let links = relationships.map { link in
            link.isPeering && link.second < link.first ? .peers(link.second, link.first) : link
        }
        let sorted = links.sorted {
            ($0.isPeering ? 1 : 0, $0.first, $0.second) < ($1.isPeering ? 1 : 0, $1.first, $1.second)
        }
        return sorted.flatMap { link in
            "\(link.first.rawValue)|\(link.second.rawValue)|\(link.isPeering ? "0" : "-1")\n".utf8
        }
    }
}

extension LinkList {
    fileprivate mutating func take(_ text: Span<UInt8>, line: Int) throws(GraphError) {
        let ends = text.count > 0 && text[text.count - 1] == UInt8(ascii: "\r")
        let text = text.extracting(droppingLast: ends ? 1 : 0)
        guard !text.isEmpty, text[0] != UInt8(ascii: "#") else { return }
        var rest = text
        let first = try rest.asn(in: text, line: line)
        let second = try rest.asn(in: text, line: line)
        let isPeering = try rest.isPeering(in: text, line: line)
        guard first != second else { throw GraphError(.selfLoop(ASN(first)), line: line) }
        append(first, second, isPeering: isPeering, line: line)
    }
}

/// A field is taken from the front of what is left of a line; `line` is all of it, for the column of a fault.
extension Span where Element == UInt8 {
    fileprivate func newline(from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == UInt8(ascii: "\n") { return index }
            index += 1
        }
        return nil
    }

    /// The digits before the next bar, which must be there.
    fileprivate mutating func asn(in text: Self, line: Int) throws(GraphError) -> UInt32 {
        var (value, index): (UInt64, Int) = (0, 0)
        while index < count, index < 11, case let digit = self[index] &- UInt8(ascii: "0"), digit < 10 {
            value = value * 10 + UInt64(digit)
            index += 1
        }
        guard index > 0, index < count, self[index] == UInt8(ascii: "|"), let asn = UInt32(exactly: value), asn > 0
        else { throw fault(in: text, line, wanted: "an AS number, 1 to 4294967295, and a bar") }
        self = extracting(droppingFirst: index + 1)
        return asn
    }

    /// `0` or `-1`, and the end or another bar.
    fileprivate func isPeering(in text: Self, line: Int) throws(GraphError) -> Bool {
        let length = field
        if length == 1, self[0] == UInt8(ascii: "0") { return true }
        if length == 2, self[0] == UInt8(ascii: "-"), self[1] == UInt8(ascii: "1") { return false }
        throw fault(in: text, line, wanted: "0 (peers) or -1 (the first is a provider of the second)")
    }

    /// How many bytes the next field has.
    private var field: Int {
        var index = 0
        while index < count, self[index] != UInt8(ascii: "|") { index += 1 }
        return index
    }

    private func fault(in text: Self, _ line: Int, wanted: String) -> GraphError {
        let shown = String(decoding: extracting(first: Swift.min(field, 20)).array, as: UTF8.self)
        let found = shown.isEmpty ? "nothing" : "\"\(shown.printable())\""
        return GraphError(.unreadable(found: found, wanted: wanted), line: line, column: text.count - count + 1)
    }
}
