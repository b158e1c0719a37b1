import BGP
import Net
import Peers
import Speaker

/// Routes there and back, with all that they can carry.
extension Exchange {
    private static let manyPrefixes = 1200

    func table(_ link: Link) -> [Announcement] {
        let many = link.name == first.name ? (0..<Self.manyPrefixes).map { "10.\($0 / 200).\($0 % 200).0/24" } : []
        return (link.prefixes + many.compactMap { Prefix($0) }).map { prefix in
            var announcement = Announcement(prefix: prefix)
            announcement.communities = [.gracefulShutdown, Community(65000, 7)]
            announcement.largeCommunities = [LargeCommunity(65000, 1, 2)]
            return announcement
        }
    }

    mutating func tell() async throws {
        for link in links { await field.speaker.announce(table(link), to: link.name) }
        var texts: [String] = []
        for link in links {
            for prefix in try await field.status(link).advertised.map(\.prefix) where link.prefixes.contains(prefix) {
                texts.append(try await arrival(of: prefix, link))
            }
        }
        try await long()
        let all = { (words: [String]) in texts.allSatisfy { text in words.contains { text.contains($0) } } }
        expect(all(["\(field.plan.ourASN)"]), "our four-byte ASN in its paths")
        expect(all(["65000:7"]) && all(["65000:1:2"]), "our communities in its routes: \(texts.first ?? "")")
        expect(
            all(["65535:0", "graceful-shutdown", "GRACEFUL_SHUTDOWN", "planned-shut"]),
            "GRACEFUL_SHUTDOWN: \(texts.first ?? "")")
        find(.nextHops, try await overIPv6())
    }

    func arrival(of prefix: Prefix, _ link: Link) async throws -> String {
        var text: String?
        try await eventually("\(field.make) has \(prefix) of \(link.name)") {
            field.wire.look()
            text = try await field.router.route(to: prefix)
            return text != nil
        }
        return text ?? ""
    }

    func overIPv6() async throws -> Finding {
        let link = field.plan["active6"]
        guard try await field.status(link).negotiated?.codec.ipv4OverIPv6 == true else { return .notInOpen }
        let told = try await field.status(link).advertised.contains { $0.prefix.family == .ipv4 }
        return told ? .both("it has our IPv4 prefix with next hop \(link.ours)") : .behaviour("not told")
    }

    /// More prefixes than a message of 4,096 bytes can take, in one where the neighbor takes that.
    mutating func long() async throws {
        guard let last = table(first).map(\.prefix).max() else { return }
        _ = try await arrival(of: last, first)
        let longest = field.said(first).map(\.bytes.count).max() ?? 0
        let isExtended = try await field.status(first).negotiated?.codec.extendedMessages == true
        expect(isExtended == (longest > 4096), "an UPDATE of \(longest) bytes")
        find(.extendedMessages, .both("it took an UPDATE of \(longest) bytes"))
    }

    // MARK: Its routes

    mutating func hear() async throws {
        try await field.router.announce()
        var updates: [Update] = []
        for link in links {
            let wanted = Prefix(Theirs.prefixes[link.family == .ipv4 ? 0 : 1])
            try await eventually("\(field.make) announces over \(link.name)") {
                updates += field.updates(from: link).filter { update in wanted.map(update.reachable.contains) == true }
                let received = try await field.status(link).receivedPrefixes
                return !updates.isEmpty && received > 0
            }
        }
        judge(updates)
        try await only()
    }

    mutating func judge(_ updates: [Update]) {
        let attributes = updates.map(\.attributes)
        func all(_ holds: (PathAttributes) -> Bool) -> Bool { attributes.allSatisfy(holds) }
        let asn = ASN(field.plan.asn)
        expect(all { $0.asPath == ASPath(sequence: [asn]) }, "its four-byte ASN in its paths")
        expect(updates.allSatisfy { $0.faults.isEmpty }, "no faults in its UPDATEs")
        find(.ipv4, .both("announced and withdrawn both ways"))
        find(.ipv6, .both("announced and withdrawn both ways"))
        find(.fourByteASN, .both("\(asn) in its paths, AS\(field.plan.ourASN) in ours"))
        let communities = all { $0.communities.contains { "\($0)" == Theirs.community } }
        find(.communities, communities ? .both("both ways") : .behaviour("it announces without"))
        let large = all { $0.largeCommunities.contains { "\($0)" == Theirs.largeCommunity } }
        find(.largeCommunities, large ? .both("both ways") : .behaviour("it announces without"))
        let extended = all { $0.extendedCommunities.contains { "\($0)" == Theirs.extendedCommunity } }
        find(.extendedCommunities, extended ? .both("heard from it") : .behaviour("it announces without"))
        let graceful = all { $0.communities.contains(.gracefulShutdown) }
        find(.gracefulShutdown, graceful ? .both("both ways") : .behaviour("it announces without"))
    }

    /// RFC 9234 §5: whoever sends a route down or across marks it.
    mutating func only() async throws {
        guard report.findings[.roles] == nil else { return }
        for link in links {
            let theirs = field.updates(from: link).filter { !$0.reachable.isEmpty }.map(\.attributes.onlyToCustomer)
            let isMarked = link.role != .provider
            let asn = ASN(field.plan.asn)
            expect(theirs.contains(asn) == isMarked, "\(link.name): its Only to Customer: \(theirs)")
            let ours = field.said(link).compactMap { saying -> ASN? in
                if case .success(.update(let update)) = saying.message { update.attributes.onlyToCustomer } else { nil }
            }
            expect(
                ours.contains(ASN(field.plan.ourASN)) == (link.role != .customer), "\(link.name): our Only to Customer")
        }
        find(.roles, .both("peer, provider and customer; routes down and across marked, both ways"))
    }
}
