import BGP
import Net
import Peers
import Speaker

/// One of everything with a router: sessions, routes there and back with all that they can carry, requests for them, and
/// the ends of the sessions. What it knows comes from its OPENs and from what it does.
public struct Exchange {
    let field: Field
    public internal(set) var report: Report
    /// Sessions that came up.
    var links: [Link] = []

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

    var first: Link { field.plan["active4"] }

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
        find(
            .md5,
            deaf.isEmpty ? .both(names.joined(separator: ", ")) : .behaviour((names + deaf).joined(separator: "; ")))
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
