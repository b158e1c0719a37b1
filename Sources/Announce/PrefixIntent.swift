public import Net

/// What is meant for one prefix, and the verdicts that it rests on.
public struct PrefixIntent: Sendable {
    public enum State: Hashable, Sendable {
        /// `hasFailed`: it was announced before and failed, so that coming back takes a hold-down.
        case withdrawn(hasFailed: Bool)
        case heldDown(until: Instant)
        case announced
    }

    public let prefix: Prefix
    public internal(set) var state = State.withdrawn(hasFailed: false)
    private let requirement: Policy.Requirement
    /// In the order of the file; a check that has not spoken yet is nil.
    public private(set) var services: [(address: Address, verdicts: [Verdict?])]

    init(_ prefix: Prefix, _ services: [Announcer.Service], _ requirement: Policy.Requirement) {
        self.prefix = prefix
        self.requirement = requirement
        self.services = services.map { ($0.address, [Verdict?](repeating: nil, count: $0.checks)) }
    }

    public var isAnnounced: Bool { state == .announced }

    /// Whether the addresses that must answer do. An address without a check is never known to answer; nor is a
    /// prefix without an address.
    var isHealthy: Bool {
        let healthy = services.filter { Self.answers($0.verdicts) }
        return switch requirement {
        case .all: !services.isEmpty && healthy.count == services.count
        case .any: !healthy.isEmpty
        }
    }

    /// A degraded service answers: overload is no reason to withdraw.
    private static func answers(_ verdicts: [Verdict?]) -> Bool {
        !verdicts.isEmpty && verdicts.allSatisfy { $0 == .healthy || $0 == .degraded }
    }

    /// Takes down what a check said. False when that is nothing new, or about another prefix. `unknown` is no news: the
    /// last verdict stands.
    mutating func note(_ verdict: Verdict, _ check: Int, _ address: Address) -> Bool {
        guard verdict != .unknown, let index = services.firstIndex(where: { $0.address == address }),
            services[index].verdicts.indices.contains(check), services[index].verdicts[check] != verdict
        else { return false }
        services[index].verdicts[check] = verdict
        return true
    }
}
