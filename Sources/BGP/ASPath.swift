public import Net

/// The ASes that a route went through, nearest first (RFC 4271 §4.3 b, §5.1.2).
public struct ASPath: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case set = 1
        case sequence = 2
        /// Within a confederation only (RFC 5065).
        case confederationSequence = 3
        case confederationSet = 4
    }

    public struct Segment: Hashable, Sendable {
        public var kind: Kind
        public var members: [ASN]

        public init(_ kind: Kind, _ members: [ASN]) { (self.kind, self.members) = (kind, members) }

        /// What it adds to the length of the path (RFC 4271 §9.1.2.2 (a), RFC 5065 §5.3 (3)).
        public var length: Int {
            switch kind {
            case .sequence: members.count
            case .set: 1
            case .confederationSequence, .confederationSet: 0
            }
        }
    }

    public var segments: [Segment]

    public init(_ segments: [Segment] = []) { self.segments = segments }

    /// One sequence, in as many segments as it takes.
    public init(sequence: [ASN]) {
        segments = stride(from: 0, to: sequence.count, by: 255).map {
            Segment(.sequence, Array(sequence[$0..<min($0 + 255, sequence.count)]))
        }
    }

    public var length: Int { segments.reduce(0) { $0 + $1.length } }

    public func contains(_ asn: ASN) -> Bool { segments.contains { $0.members.contains(asn) } }

    /// How often an AS stands in it.
    public func count(of asn: ASN) -> Int {
        segments.reduce(0) { count, segment in count + segment.members.count(where: { $0 == asn }) }
    }

    /// Whether ASes are listed without their order, as aggregation did it once (RFC 9774).
    public var hasSet: Bool { segments.contains { $0.kind == .set || $0.kind == .confederationSet } }

    var hasConfederation: Bool { segments.contains { $0.kind.rawValue > 2 } }

    /// The AS that passed the route on last; nil when the path is empty, or begins with a set.
    public var first: ASN? {
        guard let segment = segments.first(where: { $0.kind.rawValue <= 2 }), segment.kind == .sequence else {
            return nil
        }
        return segment.members.first
    }

    var fitsTwoBytes: Bool { segments.allSatisfy { $0.members.allSatisfy { $0.rawValue <= 0xffff } } }
}

// MARK: Wire form

extension ASPath {
    /// Throws the reason for which it is malformed (RFC 7606 §7.2).
    static func decode(_ span: Span<UInt8>, width: Int) throws(AttributeFault.Problem) -> Self {
        var span = span
        var path = Self()
        while !span.isEmpty {
            let segment: Segment?
            do { segment = try decodeSegment(&span, width) } catch { throw .value("with a segment that doesn't fit") }
            guard let segment else { throw .value("with a segment of unknown kind") }
            guard !segment.members.isEmpty else { throw .value("with an empty segment") }
            path.segments.append(segment)
        }
        return path
    }

    /// nil when the kind is unknown.
    private static func decodeSegment(_ span: inout Span<UInt8>, _ width: Int) throws(WireError) -> Segment? {
        let kind = Kind(rawValue: try span.u8())
        let count = Int(try span.u8())
        guard span.count >= count * width else { throw .truncated(wanted: count * width, had: span.count) }
        var members: [ASN] = []
        members.reserveCapacity(count)
        for _ in 0..<count { members.append(try span.asn(width: width)) }
        return kind.map { Segment($0, members) }
    }

    /// ASNs that don't fit two bytes become AS_TRANS.
    func encode(into bytes: inout [UInt8], width: Int) {
        for segment in segments {
            bytes.put(segment.kind.rawValue)
            bytes.put(UInt8(truncatingIfNeeded: segment.members.count))
            for asn in segment.members {
                if width == 4 { bytes.put(asn.rawValue) } else { bytes.put(asn.twoBytes) }
            }
        }
    }
}

// MARK: Old peers

extension ASPath {
    /// What goes into AS4_PATH beside an AS_PATH of two-byte ASNs: the path without what belongs to a confederation (RFC
    /// 6793 §4.2.2); nil when AS_PATH says it all.
    var as4Path: Self? { fitsTwoBytes ? nil : withoutConfederation }

    var withoutConfederation: Self {
        Self(segments.filter { $0.kind == .sequence || $0.kind == .set })
    }

    /// The path as it was before an old speaker replaced ASNs: the first part of AS_PATH, as far as it is longer, then
    /// all of AS4_PATH (RFC 6793 §4.2.3). An AS4_PATH that is the longer one is not believed.
    func merged(with as4Path: Self) -> Self {
        let extra = length - as4Path.length
        guard extra >= 0 else { return self }
        return Self(prefix(extra).segments + as4Path.segments).joined
    }

    /// The first segments and parts of segments that together have `wanted` ASes.
    private func prefix(_ wanted: Int) -> Self {
        var left = wanted
        var result = Self()
        for segment in segments {
            guard left > 0 || segment.length == 0 else { break }
            let part = segment.kind == .sequence ? Segment(.sequence, Array(segment.members.prefix(left))) : segment
            result.segments.append(part)
            left -= part.length
        }
        return result
    }

    /// Neighboring sequences as one, as far as a segment can hold them.
    private var joined: Self {
        var result = Self()
        for segment in segments {
            if segment.kind == .sequence, let last = result.segments.last, last.kind == .sequence,
                last.members.count + segment.members.count <= 255
            {
                result.segments[result.segments.count - 1].members += segment.members
            } else {
                result.segments.append(segment)
            }
        }
        return result
    }
}

/// As `birdc` shows it: `64500 65000 {64501 64502}`.
extension ASPath: CustomStringConvertible {
    public var description: String {
        segments.map { segment in
            let members = segment.members.map { String($0.rawValue) }.joined(separator: " ")
            return switch segment.kind {
            case .sequence: members
            case .set: "{\(members)}"
            case .confederationSequence: "(\(members))"
            case .confederationSet: "({\(members)})"
            }
        }.joined(separator: " ")
    }
}
