internal import BGP
package import Net

extension Policy {
    /// What a rule asks about a route.
    package indirect enum Condition: Hashable, Sendable {
        case family(Family)
        case prefixes(PrefixSet)
        /// Learned from one of these.
        case from(Set<Source>)
        case neighbor(Set<ASN>)
        case community(CommunityPattern)
        case largeCommunity(LargeCommunityPattern)
        /// The last AS of the path is one of these.
        case originated(by: Set<ASN>)
        /// One of these is anywhere in the path.
        case passed(Set<ASN>)
        case pathLength(ClosedRange<Int>)
        case not(Condition)
        case any([Condition])
    }
}

extension Policy.Condition {
    var readsPrefix: Bool {
        switch self {
        case .family, .prefixes: true
        case .not(let condition): condition.readsPrefix
        case .any(let conditions): conditions.contains(where: \.readsPrefix)
        default: false
        }
    }

    func holds(for subject: Policy.Subject, _ attributes: Span<UInt8>) -> Bool {
        switch self {
        case .family(let family): subject.prefix.family == family
        case .prefixes(let set): set.contains(subject.prefix)
        case .from(let sources): sources.contains(subject.source)
        case .neighbor(let asns): asns.contains(subject.neighbor)
        case .community(let pattern): attributes.hasCommunity(pattern)
        case .largeCommunity(let pattern): attributes.hasCommunity(pattern)
        case .originated(let asns): attributes.originAS.map(asns.contains) ?? false
        case .passed(let asns): attributes.pathHas(anyOf: asns)
        case .pathLength(let range): range.contains(subject.facts.pathLength)
        case .not(let condition): !condition.holds(for: subject, attributes)
        case .any(let conditions): conditions.contains { $0.holds(for: subject, attributes) }
        }
    }
}

extension Span where Element == UInt8 {
    func hasCommunity(_ pattern: CommunityPattern) -> Bool {
        withAttribute(.communities) { value in value.anyGroup(of: 4) { pattern.matches(value.word(at: $0)) } } ?? false
    }

    func hasCommunity(_ pattern: LargeCommunityPattern) -> Bool {
        withAttribute(.largeCommunities) { value in
            value.anyGroup(of: 12) { pattern.matches(value.largeCommunity(at: $0)) }
        } ?? false
    }

    /// Where the path begins; nil when it ends in a set or is empty (RFC 6811 §2).
    var originAS: ASN? {
        var origin: ASN?
        _ = withAttribute(.asPath) { value in
            value.eachSegment { kind, members in
                guard kind == .sequence || kind == .set else { return }
                origin = kind == .sequence ? ASN(members.word(at: members.count - 4)) : nil
            }
        }
        return origin
    }

    func pathHas(anyOf asns: Set<ASN>) -> Bool {
        var found = false
        _ = withAttribute(.asPath) { value in
            value.eachSegment { _, members in
                if members.anyGroup(of: 4, { asns.contains(ASN(members.word(at: $0))) }) { found = true }
            }
        }
        return found
    }

    /// The neighbor that sent the route, by its path: the first AS of a path that begins with a sequence.
    var firstAS: ASN? {
        withAttribute(.asPath) { value in
            value.count >= 6 && value[0] == ASPath.Kind.sequence.rawValue ? ASN(value.word(at: 2)) : nil
        } ?? nil
    }
}
