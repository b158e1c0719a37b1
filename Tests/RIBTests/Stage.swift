import BGP
import Net
import RIB

/// A RIB, its neighbors, and what each of them has heard: messages are read again as a neighbor would.
final class Stage {
    var rib: RIB
    private(set) var listeners: [NeighborID: Listener] = [:]
    var now = Instant.zero

    init(options: DecisionOptions = DecisionOptions()) {
        rib = RIB(asn: ASN(65000), id: RouterID(rawValue: 0x0a00_0001), options: options)
    }

    /// A neighbor of another AS that accepts and is told everything, unless `change` says otherwise.
    func add(_ asn: UInt32, _ last: UInt8 = 1, up: Bool = true, _ change: (inout RIB.Neighbor) -> Void = { _ in })
        -> NeighborID
    {
        var neighbor = RIB.Neighbor(asn: ASN(asn), address: Address(v4: 0xc000_0200 + UInt32(last)))
        (neighbor.importing, neighbor.exporting) = (.acceptAll, .acceptAll)
        change(&neighbor)
        let id = rib.add(neighbor)
        if up { self.up(id, Self.terms(id: UInt32(last), isInternal: asn == 65000)) }
        return id
    }

    static func terms(id: UInt32, isInternal: Bool = false) -> SessionTerms {
        SessionTerms(
            peerID: RouterID(rawValue: id), codec: Codec(fourByteASN: true, isInternal: isInternal),
            families: [.ipv4, .ipv6], nextHops: [.ipv4: [ownV4], .ipv6: [ownV6]])
    }

    static let ownV4 = Address(v4: 0xc612_0001)
    static let ownV6 = Address(v6: 0x2001_0db8 << 96 | 1)

    func up(_ id: NeighborID, _ terms: SessionTerms) {
        listeners[id] = Listener(codec: terms.codec)
        rib.up(id, terms)
    }

    func down(_ id: NeighborID) {
        listeners[id] = nil
        rib.down(id)
    }

    func announce(_ prefix: String, _ attributes: PathAttributes, pathID: UInt32 = 0, from id: NeighborID) {
        guard let prefix = Prefix(prefix) else { return }
        rib.announce([prefix], attributes, pathID: pathID, from: id, now: now)
    }

    func withdraw(_ prefix: String, from id: NeighborID) {
        if let prefix = Prefix(prefix) { rib.withdraw(prefix, from: id) }
    }

    /// All work and all messages, until there is nothing more to do.
    func settle(slice: Int = 2000, limit: Int = 4000) {
        while rib.work(slice) {}
        for id in listeners.keys.sorted() { hear(id, limit: limit) }
        rib.work()
    }

    /// What one neighbor is told now.
    @discardableResult
    func hear(_ id: NeighborID, limit: Int = 4000, times: Int = .max) -> [Telling] {
        var all: [Telling] = []
        while all.count < times, rib.hasNews(for: id) {
            let telling = rib.take(for: id, limit: limit)
            listeners[id]?.hear(telling)
            all.append(telling)
        }
        return all
    }

    func paths(_ prefix: String) -> [RouteView] { Prefix(prefix).map { rib.paths(to: $0) } ?? [] }
    func best(_ prefix: String) -> NeighborID? { paths(prefix).first { $0.standing == .best }?.neighbor }
    func standing(_ prefix: String, of id: NeighborID) -> RouteView.Standing? {
        paths(prefix).first { $0.neighbor == id }?.standing
    }
    func heard(_ prefix: String, by id: NeighborID) -> Heard? { Prefix(prefix).flatMap { listeners[id]?.table[$0] } }
    var notices: [Notice] { rib.takeNotices() }
}

struct Heard: Hashable {
    var attributes: PathAttributes
    var nextHops: [Address]
}

/// A neighbor's side: reads what comes, with BGP's own decoder.
struct Listener {
    var codec: Codec
    var table: [Prefix: Heard] = [:]
    var announced = 0
    /// Withdrawals of prefixes that it had, and of others.
    var withdrawn = 0
    var needless = 0
    var errors: [String] = []
    var longest = 0

    mutating func hear(_ telling: Telling) {
        var framer = Framer(extended: true)
        framer.append(telling.bytes)
        do {
            while let frame = try framer.next() {
                longest = max(longest, frame.bytes.count)
                guard case .update(let update) = try Message.decode(frame, codec) else { continue }
                if !update.faults.isEmpty { errors.append("\(update.faults)") }
                read(update)
            }
        } catch { errors.append("\(error)") }
        if framer.pending > 0 { errors.append("\(framer.pending) bytes are left") }
    }

    private mutating func read(_ update: Update) {
        for prefix in update.unreachable {
            withdrawn += 1
            if table.removeValue(forKey: prefix) == nil { needless += 1 }
        }
        announced += update.reachable.count
        for prefix in update.announced {
            var attributes = update.attributes
            let hops = attributes.nextHop.map { [$0] } ?? []
            attributes.nextHop = nil
            table[prefix] = Heard(attributes: attributes, nextHops: hops)
        }
        for prefix in update.reach?.prefixes ?? [] {
            table[prefix] = Heard(attributes: update.attributes, nextHops: update.reach?.nextHops ?? [])
        }
    }
}

extension PathAttributes {
    /// A route with this path and nothing unusual about it.
    init(path: [UInt32], _ change: (inout PathAttributes) -> Void = { _ in }) {
        self.init()
        origin = .igp
        asPath = path.isEmpty ? ASPath() : ASPath(sequence: path.map { ASN($0) })
        nextHop = Address(v4: 0xc000_0201)
        change(&self)
    }
}

func address(_ text: String) -> Address { Address(text) ?? Address(v4: 0) }

// MARK: Policies

extension RIB {
    mutating func setImport(_ policy: Policy?, of id: NeighborID) {
        var neighbor = neighbor(id)
        neighbor.importing = policy
        change([(id, neighbor)])
    }

    mutating func setExport(_ policy: Policy?, of ids: [NeighborID]) {
        change(
            ids.map { id in
                var neighbor = neighbor(id)
                neighbor.exporting = policy
                return (id, neighbor)
            })
    }
}
