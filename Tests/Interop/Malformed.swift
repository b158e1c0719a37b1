import BGP
import Net
import Peers

/// What a router makes of messages that are malformed: each goes over a session that is up and has a route, and another
/// route after it shows whether the session still works.
public final class Malformed {
    public enum Reaction: Hashable, Sendable, CustomStringConvertible {
        /// The route stays.
        case kept
        /// It is gone, and the session stays.
        case withdrawn
        /// The session ends: with this NOTIFICATION, or without a word.
        case reset(String)
        case died

        public var description: String {
            switch self {
            case .kept: "kept"
            case .withdrawn: "withdrawn"
            case .reset(let words): words.isEmpty ? "reset" : "reset: \(words)"
            case .died: "**the program ends**"
            }
        }
    }

    private let make: Make
    private var plan = Plan.vectors
    private let (here, there): (Sandbox, Sandbox)
    private let wire: Wire
    private var router: (any Counterpart)?
    private var probe: Probe?
    private var count = 0

    public init(_ make: Make) async throws {
        self.make = make
        (here, there) = (try await Sandbox(fresh: false), try await Sandbox())
        _ = try await Field.narrow(&plan, make.type, in: there)
        wire = try await Field.cable(plan, "vectors-\(make.rawValue.lowercased().prefix(6))", here, there)
    }

    /// The prefix that all of the vectors name, or could have named.
    private static let prefix = Prefix("203.0.113.0/24") ?? Prefix(host: Address(v4: 0))

    public func reaction(to bytes: [UInt8]) async throws -> Reaction {
        let (router, probe) = try await established()
        await probe.send(route(Self.prefix))
        try await eventually("\(make) has the route") { try await router.route(to: Self.prefix) != nil }
        let next = sentinel
        await probe.send(bytes + route(next))
        var end: Probe.Reaction?
        try await eventually("\(make) reacts") {
            end = probe.look { _ in false }
            if end != nil { return true }
            return try await router.route(to: next) != nil
        }
        guard let end else { return try await router.route(to: Self.prefix) == nil ? .withdrawn : .kept }
        return try await fallen(router, end)
    }

    /// A router that ended a session waits for up to half a minute before the next, so it is started again.
    private func fallen(_ router: any Counterpart, _ end: Probe.Reaction) async throws -> Reaction {
        // A program that dies closes the connection first, so whether it lives is seen by what it answers afterwards.
        do { _ = try await router.route(to: Self.prefix) } catch {
            try await eventually("\(make), which doesn't answer any more, ends") { !router.isRunning }
        }
        let isDead = !router.isRunning
        await stop()
        if isDead { return .died }
        return if case .notified(let notification) = end { .reset("\(notification)") } else { .reset("without a word") }
    }

    private func established() async throws -> (any Counterpart, Probe) {
        if let router, let probe { return (router, probe) }
        let router = try await make.type.init(plan, in: there)
        self.router = router
        let probe = try await Probe(make, plan.links[0], on: wire)
        let open = Open(
            asn: ASN(plan.ourASN), holdTime: 90, id: RouterID(rawValue: 0x0a00_0001),
            capabilities: [
                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .role(plan.links[0].role),
                .fourByteASN(ASN(plan.ourASN)),
            ])
        await probe.send(Message.open(open).encoded(Codec()) + Message.keepalive.encoded(Codec()))
        let reaction = try await probe.reaction { $0 == .keepalive }
        guard reaction == .said(.keepalive) else { throw PeerError("\(make) doesn't open: \(reaction)") }
        self.probe = probe
        return (router, probe)
    }

    public func stop() async {
        probe?.close()
        await router?.stop()
        (router, probe) = (nil, nil)
    }

    /// Another prefix each time.
    private var sentinel: Prefix {
        count += 1
        return Prefix("10.\(count / 200).\(count % 200).0/24") ?? Self.prefix
    }

    private func route(_ prefix: Prefix) -> [UInt8] {
        var update = Update()
        update.attributes.origin = .igp
        update.attributes.asPath = ASPath(sequence: [ASN(plan.ourASN)])
        update.attributes.nextHop = plan.links[0].ours
        update.announced = [prefix]
        return Message.update(update).encoded(Codec())
    }
}

// MARK: Ours

extension Malformed {
    /// What a session of ours makes of it that uses what it hears.
    public static func ours(_ bytes: [UInt8]) -> Reaction {
        var configuration = Session.Configuration(
            asn: ASN(Plan.vectors.asn), id: RouterID(rawValue: 1), peerASN: ASN(Plan.vectors.ourASN))
        configuration.families = [.ipv4, .ipv6]
        var session = Session(configuration, seed: 1)
        let id = ConnectionID(.incoming, 1)
        let open = Open(
            asn: configuration.peerASN, holdTime: 90, id: RouterID(rawValue: 2),
            capabilities: [
                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .fourByteASN(configuration.peerASN),
            ])
        var update = Update()
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [configuration.peerASN]))
        (update.attributes.nextHop, update.announced) = (Plan.vectors.links[0].ours, [prefix])
        let opening = [Message.open(open), .keepalive, .update(update)].flatMap { $0.encoded(Codec()) }
        let events: [Event] = [
            .start, .accepted(id, local: Plan.vectors.address4), .received(opening, id), .received(bytes, id),
        ]
        let actions = events.flatMap { session.handle($0, now: .zero) }
        guard session.state != .established else { return session.receivedPrefixes > 0 ? .kept : .withdrawn }
        var framer = Framer()
        for case .send(let bytes, id) in actions {
            framer = Framer()
            framer.append(bytes)
        }
        guard let frame = try? framer.next(),
            case .notification(let notification)? = try? Message.decode(frame, Codec())
        else { return .reset("") }
        return .reset("\(notification)")
    }
}
