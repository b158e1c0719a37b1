import BGP
import Net
import Peers
import Speaker

/// One of everything with a router: sessions, routes there and back with all that they can carry, requests for them, and
/// the ends of the sessions. What it knows comes from its OPENs and from what it does.
public struct Exchange {
    let field: Field
    public private(set) var report: Report
    /// Sessions that came up.
    private var links: [Link] = []

    /// - Parameter field: with a router that was just started.
    public init(_ field: Field) {
        self.field = field
        report = Report(make: field.make, version: field.version)
        for (offer, words) in field.refused { report.findings[offer.topic] = .refused(words) }
    }

    public mutating func run() async throws {
        try await meet()
        try await tell()
        try await hear()
        try await ask()
        try await answer()
        try await forget()
        try await introduce()
        try await part()
    }

    private var first: Link { field.plan["active4"] }

    mutating func find(_ topic: Topic, _ finding: Finding) {
        if report.findings[topic] == nil { report.findings[topic] = finding }
    }

    mutating func expect(_ holds: Bool, _ otherwise: String) {
        if !holds { report.failures.append(otherwise) }
    }

    // MARK: Sessions

    /// A router that never answers what we send signed, where it waits for us, is done with; any other has to come.
    private mutating func meet() async throws {
        for link in field.plan.links where !link.isProbe {
            try await eventually("\(field.make): \(link.name) is up") {
                let knocks = field.wire.knocks(from: link.ours, to: link.theirs)
                let isDeaf = link.isSecured && link.weConnect && knocks.asked > 8 && knocks.answered == 0
                return try await field.isUp(link) || isDeaf
            }
            if try await field.isUp(link) { links.append(link) }
        }
        secured()
        try await compare()
    }

    private mutating func secured() {
        let names = links.filter(\.isSecured).map { $0.weConnect ? "we connected" : "it connected" }
        let missing = field.plan.links.filter { link in link.isSecured && !links.contains { $0.name == link.name } }
        let deaf = missing.map { "\($0.family): our SYNs, signed, never got an answer" }
        find(.md5, deaf.isEmpty ? .both(names.joined(separator: ", ")) : .behaviour((names + deaf).joined(separator: "; ")))
        find(.gtsm, names.isEmpty ? .behaviour("no session came up") : .both(names.joined(separator: ", ")))
    }

    /// What its OPEN says, on every session, beside what we negotiated.
    private mutating func compare() async throws {
        for link in links {
            guard let negotiated = try await field.status(link).negotiated else { continue }
            let theirs = negotiated.peerCapabilities
            expect(negotiated.families == [.ipv4, .ipv6], "\(link.name): both families")
            expect(negotiated.codec.fourByteASN == theirs.has(.fourByteASN), "\(link.name): four-byte ASNs")
            expect(negotiated.canRefresh == theirs.has(.routeRefresh), "\(link.name): refresh")
            expect(
                negotiated.codec.extendedMessages == theirs.has(.extendedMessage), "\(link.name): extended messages")
            if theirs.has(.role) { expect(negotiated.peerRole == link.role.opposite, "\(link.name): roles") }
        }
        let theirs = try await field.status(first).negotiated?.peerCapabilities ?? []
        let overIPv6 = try await field.status(field.plan["active6"]).negotiated?.peerCapabilities ?? []
        let codes: [(Topic, CapabilityCode)] = [
            (.fourByteASN, .fourByteASN), (.refresh, .routeRefresh), (.enhancedRefresh, .enhancedRouteRefresh),
            (.extendedMessages, .extendedMessage), (.roles, .role),
        ]
        for (topic, code) in codes where !theirs.has(code) { find(topic, .notInOpen) }
        if !overIPv6.has(.extendedNextHop) { find(.nextHops, .notInOpen) }
    }

    // MARK: Our routes

    private static let manyPrefixes = 1200

    private func table(_ link: Link) -> [Announcement] {
        let many = link.name == first.name ? (0..<Self.manyPrefixes).map { "10.\($0 / 200).\($0 % 200).0/24" } : []
        return (link.prefixes + many.compactMap { Prefix($0) }).map { prefix in
            var announcement = Announcement(prefix: prefix)
            announcement.communities = [.gracefulShutdown, Community(65000, 7)]
            announcement.largeCommunities = [LargeCommunity(65000, 1, 2)]
            return announcement
        }
    }

    private mutating func tell() async throws {
        for link in links { await field.speaker.announce(table(link), to: link.name) }
        var texts: [String] = []
        for link in links {
            for prefix in try await field.status(link).advertised.map(\.prefix) where link.prefixes.contains(prefix) {
                texts.append(try await arrival(of: prefix, link))
            }
        }
        try await long()
        let all = { (words: [String]) in texts.allSatisfy { text in words.contains { text.contains($0) } } }
        expect(all(["\(Plan.ourASN)"]), "our four-byte ASN in its paths")
        expect(all(["65000:7"]) && all(["65000:1:2"]), "our communities in its routes: \(texts.first ?? "")")
        expect(all(["65535:0", "graceful-shutdown", "GRACEFUL_SHUTDOWN", "planned-shut"]), "GRACEFUL_SHUTDOWN: \(texts.first ?? "")")
        find(.nextHops, try await overIPv6())
    }

    private func arrival(of prefix: Prefix, _ link: Link) async throws -> String {
        var text: String?
        try await eventually("\(field.make) has \(prefix) of \(link.name)") {
            text = try await field.router.route(to: prefix)
            return text != nil
        }
        return text ?? ""
    }

    private func overIPv6() async throws -> Finding {
        let link = field.plan["active6"]
        guard try await field.status(link).negotiated?.codec.ipv4OverIPv6 == true else { return .notInOpen }
        let told = try await field.status(link).advertised.contains { $0.prefix.family == .ipv4 }
        return told ? .both("it has our IPv4 prefix with next hop \(link.ours)") : .behaviour("not told")
    }

    /// More prefixes than a message of 4,096 bytes can take, in one where the neighbor takes that.
    private mutating func long() async throws {
        guard let last = table(first).map(\.prefix).max() else { return }
        _ = try await arrival(of: last, first)
        let longest = field.said(first).map(\.bytes.count).max() ?? 0
        let isExtended = try await field.status(first).negotiated?.codec.extendedMessages == true
        expect(isExtended == (longest > 4096), "an UPDATE of \(longest) bytes")
        find(.extendedMessages, .both("it took an UPDATE of \(longest) bytes"))
    }

    // MARK: Its routes

    private mutating func hear() async throws {
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

    private mutating func judge(_ updates: [Update]) {
        let attributes = updates.map(\.attributes)
        func all(_ holds: (PathAttributes) -> Bool) -> Bool { attributes.allSatisfy(holds) }
        let asn = ASN(field.plan.asn)
        expect(all { $0.asPath == ASPath(sequence: [asn]) }, "its four-byte ASN in its paths")
        expect(updates.allSatisfy { $0.faults.isEmpty }, "no faults in its UPDATEs")
        find(.ipv4, .both("announced and withdrawn both ways"))
        find(.ipv6, .both("announced and withdrawn both ways"))
        find(.fourByteASN, .both("\(asn) in its paths, AS\(Plan.ourASN) in ours"))
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
    private mutating func only() async throws {
        guard report.findings[.roles] == nil else { return }
        for link in links {
            let theirs = field.updates(from: link).filter { !$0.reachable.isEmpty }.map(\.attributes.onlyToCustomer)
            let isMarked = link.role != .provider
            let asn = ASN(field.plan.asn)
            expect(theirs.contains(asn) == isMarked, "\(link.name): its Only to Customer: \(theirs)")
            let ours = field.said(link).compactMap { saying -> ASN? in
                if case .success(.update(let update)) = saying.message { update.attributes.onlyToCustomer } else { nil }
            }
            expect(ours.contains(ASN(Plan.ourASN)) == (link.role != .customer), "\(link.name): our Only to Customer")
        }
        find(.roles, .both("peer, provider and customer; routes down and across marked, both ways"))
    }

    // MARK: Refresh

    private func refreshes(_ sayings: [Wire.Saying]) -> [RouteRefresh] {
        sayings.compactMap { if case .success(.refresh(let refresh)) = $0.message { refresh } else { nil } }
    }

    private func count(_ sayings: [Wire.Saying], _ prefix: Prefix) -> Int {
        sayings.count { saying in
            if case .success(.update(let update)) = saying.message { update.reachable.contains(prefix) } else { false }
        }
    }

    /// We ask, over every session. Who hasn't answered after a while isn't going to.
    private mutating func ask() async throws {
        guard report.findings[.refresh] == nil else { return }
        let asked = links.compactMap { link in
            Prefix(Theirs.prefixes[link.family == .ipv4 ? 0 : 1]).map { ($0, link, count(field.heard(link), $0)) }
        }
        for (prefix, link, _) in asked { await field.speaker.refresh(prefix.family, of: link.name) }
        let isTold: Void? = try? await eventually("it tells its routes again", within: .seconds(10)) {
            asked.allSatisfy { prefix, link, before in count(field.heard(link), prefix) > before }
        }
        guard isTold == nil else { return }
        let words = field.router.output.split(separator: "\n").last { $0.contains("efresh") && $0.contains("\(first.ours)") }
        find(.refresh, .behaviour("it doesn't tell its routes again when we ask, and logs: \(words.map(onward) ?? "nothing")"))
    }

    /// From the neighbor's address on: without times and the like.
    private func onward(_ line: Substring) -> Substring {
        line.firstRange(of: "\(first.ours)").map { line[$0.lowerBound...] } ?? line
    }

    /// It asks, if that is what it does when it is told to. Whether it did is known once it has said the next thing.
    private mutating func answer() async throws {
        for link in links where !link.isSecured { try await field.router.refresh(link) }
        try await withdraw()
        let asked = links.filter { link in refreshes(field.heard(link)).contains { $0.subtype == .request } }
        for link in asked {
            guard let prefix = link.prefixes.first(where: { $0.family == link.family }) else { continue }
            try await eventually("\(link.name) is told again") { count(field.said(link), prefix) > 1 }
        }
        if !asked.isEmpty, case .behaviour(let words)? = report.findings[.refresh] {
            report.findings[.refresh] = .behaviour("it asked and was told again; " + words)
        }
        find(
            .refresh,
            asked.isEmpty
                ? .behaviour("we asked and were told again; told to ask, it doesn't")
                : .both("we asked and were told again; it asked and was"))
        marks()
    }

    /// What stands around answers, ours and its.
    private mutating func marks() {
        guard report.findings[.enhancedRefresh] == nil else { return }
        func areMarked(_ sayings: [Wire.Saying]) -> Bool {
            let kinds = refreshes(sayings).map(\.subtype)
            return kinds.contains(.begin) && kinds.contains(.end)
        }
        let ours = links.contains { areMarked(field.said($0)) }
        let theirs = links.contains { areMarked(field.heard($0)) }
        let isAsked = links.contains { refreshes(field.heard($0)).contains { $0.subtype == .request } }
        expect(ours == isAsked, "BoRR and EoRR around our answers")
        find(
            .enhancedRefresh,
            ours && theirs
                ? .both("BoRR and EoRR around answers, both ways")
                : .behaviour("BoRR and EoRR: \(ours ? "around ours" : "not asked of us"), \(theirs ? "from it" : "none from it")"))
    }

    // MARK: Ends

    private func withdraw() async throws {
        try await field.router.withdraw()
        for link in links {
            try await eventually("\(field.make) withdraws over \(link.name)") {
                try await field.status(link).receivedPrefixes == 0
            }
        }
    }

    private mutating func forget() async throws {
        for link in links { await field.speaker.announce([], to: link.name) }
        for prefix in links.flatMap(\.prefixes) {
            try await eventually("\(field.make) has \(prefix) no more") {
                try await field.router.route(to: prefix) == nil
            }
        }
        for link in links { expect(try await field.isUp(link), "\(link.name) is still up") }
    }

    /// An OPEN in the form of RFC 9072, from an address that our speaker doesn't use.
    private mutating func introduce() async throws {
        let link = field.plan["probe4"]
        let many = (0..<60).map { Capability.other(CapabilityCode(rawValue: 239), [UInt8](repeating: $0, count: 4)) }
        let open = Open(
            asn: ASN(Plan.ourASN), holdTime: 30, id: RouterID(rawValue: 0x0a00_0001),
            capabilities: [.multiprotocol(.ipv4Unicast), .fourByteASN(ASN(Plan.ourASN))] + many)
        let probe = try await Probe(field, link)
        await probe.send(Message.open(open).encoded(Codec()))
        let reaction = try await probe.reaction { $0 == .keepalive }
        find(.extendedParameters, reaction == .said(.keepalive) ? .both("it took an OPEN with 60 capabilities") : .behaviour("\(reaction)"))
        probe.close()
    }

    private mutating func part() async throws {
        let text = "moving to another rack"
        let link = field.plan["passive4"]
        try await field.router.shutDown(link, text)
        try await eventually("\(field.make) ends \(link.name)") { try await !field.isUp(link) }
        let heard = field.heard(link).compactMap { saying -> Notification? in
            if case .success(.notification(let notification)) = saying.message { notification } else { nil }
        }
        if heard.last?.communication == text {
            expect(try await field.status(link).lastError?.contains(text) == true, "its text is the reason that we show")
            find(.shutdownHeard, .both("its text is the reason that we show"))
        } else {
            find(.shutdownHeard, .behaviour(heard.last.map { "\($0), data \($0.data)" } ?? "it closes without a word"))
        }
        try await farewell()
    }

    private mutating func farewell() async throws {
        let text = "back in an hour"
        await field.farewell(text)
        let said = field.said(first).contains { saying in
            if case .success(.notification(let notification)) = saying.message { notification.communication == text } else { false }
        }
        expect(said, "our text is in our NOTIFICATION")
        var words = ""
        let shown: Void? = try? await eventually("it shows our text", within: .seconds(5)) {
            words = try await field.router.ending(first)
            return words.contains(text)
        }
        find(.shutdownSaid, shown != nil ? .both("it shows our text") : .behaviour("our text is nowhere in what it says: \(words.prefix(200))"))
    }
}

extension [Capability] {
    fileprivate func has(_ code: CapabilityCode) -> Bool {
        contains { if case .other = $0 { false } else { $0.code == code } }
    }
}

extension Offer {
    var topic: Topic {
        switch self {
        case .extendedMessages: .extendedMessages
        case .extendedNextHops: .nextHops
        case .enhancedRefresh: .enhancedRefresh
        case .roles: .roles
        case .md5: .md5
        case .gtsm: .gtsm
        }
    }
}
