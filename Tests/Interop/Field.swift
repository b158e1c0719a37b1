public import BGP
internal import Loop
import Net
import Peers
public import Speaker
import Synchronization

/// Our speaker at one end of a cable, in the namespace that we are in, and a router of another make at the other end, in
/// one of its own; with everything between them in sight.
public final class Field: Sendable {
    public let make: Make
    public let plan: Plan
    /// In the words of its parser.
    public let refused: [Offer: String]
    public let version: String
    public let speaker: Speaker
    public let wire: Wire
    public let router: any Counterpart
    private let (here, there): (Sandbox, Sandbox)
    private let log: Log

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// What our speaker said.
    public var lines: [String] { log.lines.withLock { $0 } }

    public init(_ make: Make, number: Int? = nil) async throws {
        self.make = make
        let number = number ?? 1 + (Make.allCases.firstIndex(of: make) ?? 0)
        var plan = Plan(number: number)
        (here, there) = (try await Sandbox(fresh: false), try await Sandbox())
        version = try await make.type.version(in: there).trimmed
        refused = try await Self.narrow(&plan, make.type, in: there)
        self.plan = plan
        wire = try await Self.cable(plan, "interop\(number)", here, there)
        (speaker, log) = try await Self.speak(plan)
        router = try await make.type.init(plan, in: there)
    }

    /// Takes lines from the plan until the parser is content: those that it refuses on their own, with its words.
    static func narrow(
        _ plan: inout Plan, _ type: any Counterpart.Type, in sandbox: Sandbox
    ) async throws -> [Offer: String] {
        guard try await type.objection(to: plan, in: sandbox) != nil else { return [:] }
        var refused: [Offer: String] = [:]
        for offer in Offer.allCases {
            var alone = plan
            alone.offers = [offer]
            guard let words = try await type.objection(to: alone, in: sandbox) else { continue }
            let line = plan.links.compactMap { type.line(for: offer, $0) }.first ?? offer.rawValue
            let first = words.trimmed.split(separator: "\n").first ?? ""
            // The file and the line are ours.
            refused[offer] = "`\(line)`: \(first.split(separator: ": ", maxSplits: 1).last ?? first)"
        }
        plan.offers.subtract(refused.keys)
        if let words = try await type.objection(to: plan, in: sandbox) { throw PeerError(words) }
        return refused
    }

    static func cable(_ plan: Plan, _ name: String, _ here: Sandbox, _ there: Sandbox) async throws -> Wire {
        let ours = plan.links.flatMap { ["\($0.ours4)/24", "\($0.ours6)/64"] }
        try await here.connect(
            to: there, as: name, ours, otherwise: "cable", ["\(plan.address4)/24", "\(plan.address6)/64"])
        return try Wire(on: name)
    }

    private static func speak(_ plan: Plan) async throws -> (Speaker, Log) {
        let log = Log()
        let configuration = Speaker.Configuration(
            asn: ASN(plan.ourASN), routerID: RouterID(rawValue: plan.links[0].ours4.v4 ?? 1),
            neighbors: plan.links.filter { !$0.isProbe }.map { neighbor($0, plan) })
        let speaker = Speaker(loop: try Loop(name: "speaker"), configuration: configuration, seed: 1) { event in
            log.lines.withLock { $0.append("\(event)") }
        }
        try await speaker.start()
        return (speaker, log)
    }

    private static func neighbor(_ link: Link, _ plan: Plan) -> Speaker.Neighbor {
        var neighbor = Speaker.Neighbor(name: link.name, address: link.theirs, asn: ASN(plan.asn))
        neighbor.localAddress = link.ours
        neighbor.passive = !link.weConnect
        (neighbor.connectRetry, neighbor.holdTime) = (.milliseconds(300), .seconds(30))
        neighbor.families = [.ipv4, .ipv6]
        // Over an IPv6 session IPv4 prefixes are left to RFC 8950.
        if link.family == .ipv4 { neighbor.nextHops = [link.ours6] }
        neighbor.role = link.role
        if link.isSecured, plan.offers.contains(.md5) { neighbor.key = Secret(Plan.password) }
        neighbor.ttlSecurity = link.isSecured && plan.offers.contains(.gtsm)
        return neighbor
    }

    // MARK: What is known

    public func status(_ link: Link) async throws -> NeighborStatus {
        guard let status = await speaker.neighbors.first(where: { $0.name == link.name }) else {
            throw PeerError("no neighbor \(link.name)")
        }
        return status
    }

    public func isUp(_ link: Link) async throws -> Bool { try await status(link).state == .established }

    /// All UPDATEs that the router sent over a link.
    public func updates(from link: Link) -> [Update] {
        heard(link).compactMap { if case .success(.update(let update)) = $0.message { update } else { nil } }
    }

    public func heard(_ link: Link) -> [Wire.Saying] { wire.sayings(from: link.theirs, to: link.ours) }
    public func said(_ link: Link) -> [Wire.Saying] { wire.sayings(from: link.ours, to: link.theirs) }

    /// Cease/Administrative Shutdown with this text to everybody.
    public func farewell(_ text: String) async {
        await withCheckedContinuation { continuation in
            Task { await speaker.stop(reason: text) { continuation.resume() } }
        }
    }

    public func stop() async {
        await farewell("")
        await router.stop()
    }
}

extension String {
    /// Without line ends and spaces around it.
    var trimmed: String {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest.drop(while: \.isWhitespace))
    }
}
