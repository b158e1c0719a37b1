internal import Config
package import Control
internal import FoundationEssentials
package import HTTP
package import Net
package import RIB
package import Speaker

/// What a router answers when it is asked what it sees: `landfall routes`, `neighbors` and `explain PREFIX`.
///
/// Reads the RIB between two turns of the loop, so whatever it is asked it looks at so many routes and no more
/// (``effort``): a table of a million is many pages, and a page takes a few milliseconds. It gives values; turning them
/// into JSON takes longer than finding them, and is done on another thread (``SeeingAnswer/response``).
package struct Seeing: Sendable {
    package struct Peer: Sendable {
        package var id: NeighborID
        package var name: String
        package var asn: ASN
        package var mrai: Duration
        /// The one that it is on, where that is known: a link-local address means nothing without.
        package var interface: String?

        package init(id: NeighborID, name: String, asn: ASN, mrai: Duration = .zero, interface: String? = nil) {
            (self.id, self.name, self.asn, self.mrai, self.interface) = (id, name, asn, mrai, interface)
        }

        /// Of an address on the link to it, with the interface where it needs one (RFC 4007 §11).
        func text(_ address: Address) -> String {
            guard address.isLinkLocal, let interface else { return "\(address)" }
            return "\(address)%\(interface)"
        }
    }

    package let asn: ASN
    package let routerID: RouterID
    package let peers: [Peer]
    let moment: Moment
    private let places: [NeighborID: Int]

    /// Routes that a page looks at, at most.
    package static let effort = 10_000

    /// - Parameters:
    ///   - now: of the clock that the RIB's times are of.
    ///   - wall: seconds since 1970 at the same moment.
    package init(asn: ASN, routerID: RouterID, peers: [Peer], now: Instant, wall: Double) {
        (self.asn, self.routerID, self.peers) = (asn, routerID, peers)
        moment = Moment(now: now, wall: wall)
        places = Dictionary(peers.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// nil: that is no question of these.
    ///
    /// - Parameter sessions: asked once, where the question is about them.
    package func answer(_ request: Request, _ rib: inout RIB, sessions: () -> [NeighborStatus]) -> SeeingAnswer? {
        guard Self.takes(request) else { return nil }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .refused(SeeingRefusal(405, "\(request.target.prefix { $0 != "?" }) takes GET"))
        }
        do throws(SeeingRefusal) {
            let query = try SeeingRefusal.unless { () throws(QueryError) in try Query(target: request.target) }
            switch query.path {
            case RoutesQuestion.path:
                let question = try SeeingRefusal.unless { () throws(QueryError) in try RoutesQuestion(query) }
                return .routes(try routes(question, &rib), asLines: question.asLines)
            case Self.neighborsPath:
                return .neighbors(try neighbors(named: try value(of: "name", query), sessions(), rib))
            default: return .prefix(try story(try subject(query), &rib))
            }
        } catch { return .refused(error) }
    }

    /// Whether it is for ``answer(_:_:sessions:)``.
    package static func takes(_ request: Request) -> Bool {
        paths.contains(String(request.target.prefix { $0 != "?" }))
    }

    package static let neighborsPath = "/neighbors"
    package static let explainPath = "/explain"
    package static let paths = [RoutesQuestion.path, neighborsPath, explainPath]

    private func value(of key: String, _ query: Query) throws(SeeingRefusal) -> String? {
        try SeeingRefusal.unless { () throws(QueryError) in try query.check([key]) }
        return query[key]
    }

    private func subject(_ query: Query) throws(SeeingRefusal) -> Subject {
        let text = try value(of: "prefix", query) ?? ""
        if let prefix = Prefix(text) { return .prefix(prefix) }
        if let address = Address(text) { return .address(address) }
        throw SeeingRefusal(400, "prefix \"\(text.printable(100))\" should be a prefix or an address")
    }

    // MARK: Names

    func peer(_ id: NeighborID) -> Peer? { places[id].map { peers[$0] } }

    /// A next hop of a route of this neighbor.
    func text(_ hop: Address, _ id: NeighborID) -> String { peer(id)?.text(hop) ?? "\(hop)" }

    /// nil: our own, or one that has just been removed.
    func name(_ id: NeighborID) -> String? { peer(id)?.name }

    func peer(named name: String) throws(SeeingRefusal) -> Peer {
        if let peer = peers.first(where: { $0.name == name }) { return peer }
        let names = peers.map(\.name)
        let hint =
            nearest(to: name, among: names).map { "did you mean \"\($0)\"?" }
            ?? "there are \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")"
        throw SeeingRefusal(404, "there is no neighbor \"\(name.printable(100))\"; \(hint)")
    }
}

/// Why a question isn't answered: an HTTP status and words.
package struct SeeingRefusal: Error, Hashable, Sendable {
    package var status: Int
    package var text: String

    init(_ status: Int, _ text: String) { (self.status, self.text) = (status, text) }

    fileprivate static func unless<Value>(
        _ body: () throws(QueryError) -> Value
    ) throws(SeeingRefusal) -> Value {
        do throws(QueryError) { return try body() } catch { throw SeeingRefusal(400, "\(error)") }
    }
}

package enum SeeingAnswer: Sendable {
    case routes(RoutesAnswer, asLines: Bool)
    case neighbors(NeighborsTelling)
    case prefix(PrefixAnswer)
    case refused(SeeingRefusal)

    /// With its JSON: a page of routes is some hundred kilobytes, so not on the loop.
    package var response: Response {
        switch self {
        case .routes(let answer, asLines: true): Self.lines(answer)
        case .routes(let answer, asLines: false): Self.response(200, json(answer))
        case .neighbors(let telling): Self.response(200, json(telling.answer))
        case .prefix(let answer): Self.response(200, json(answer))
        case .refused(let refusal): Self.response(refusal.status, json(OrderRefusal(refusal.text)))
        }
    }

    private static func lines(_ answer: RoutesAnswer) -> Response {
        var (rest, body) = (answer, [UInt8]())
        rest.routes = []
        body.reserveCapacity(answer.routes.count * 400)
        for route in answer.routes { route.writeLine(into: &body) }
        body += (json(rest) ?? "").utf8
        body.append(UInt8(ascii: "\n"))
        return Response(200, fields: [Field("Content-Type", "application/jsonl")], body: body)
    }

    private static func response(_ status: Int, _ text: String?) -> Response {
        guard let text else { return Response(500) }
        return Response(status, fields: [Field("Content-Type", "application/json")], body: Array(text.utf8))
    }
}

/// When a question is answered, by both clocks.
struct Moment: Sendable {
    let now: Instant
    /// Seconds since 1970.
    let wall: Double

    /// RFC 3339, in UTC, to the second.
    func text(_ instant: Instant) -> String {
        Date(timeIntervalSince1970: (wall - (now - instant).milliseconds / 1000).rounded(.down))
            .formatted(Date.ISO8601FormatStyle())
    }

    var text: String { text(now) }

    func seconds(since instant: Instant) -> Double { max(0, ((now - instant).milliseconds / 1000).rounded(.down)) }
}
