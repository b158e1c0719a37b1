import BGP
import Net
import Peers
import RIB

/// A full IPv4 table through the RIB alone, without sockets: 1,000,000 prefixes with 150,000 attribute sets in about
/// 370,000 UPDATEs from one neighbor, told to a second one, withdrawn, told again and flushed. Beside it stands the least
/// that anybody could do: putting the same prefixes into the same tree in C, without routes, attributes or neighbors.
let routes = Subject(
    name: "routes", summary: "a full table through the RIB, beside the tree of its prefixes alone in C"
) {
    let sandbox = try await Sandbox(fresh: false)
    let table = FullTable(ipv4: 1_000_000, ipv6: 0, seed: 1)
    let feed = Feed(table.prefixes)
    let file = sandbox.folder + "/prefixes"
    try writeFile(file, table.text)
    let peer = try await LookupPeer(in: sandbox)
    var (floor, times): ([Double], [RouteTimes]) = ([], [])
    for round in 0..<3 {
        let tree = try await peer.run(file, lookups: 1, seed: round).first { $0.name == "tree-ipv4" }
        floor.append((tree?.buildMilliseconds ?? .nan) * 1000 / 1_000_000)
        times.append(try RouteTimes(feed))
    }
    return RouteTimes.measurements(times, floor: median(floor))
}

/// UPDATE messages as a neighbor sends them.
private struct Feed {
    var announcements: [Frame] = []
    var withdrawals: [Frame] = []

    init(_ prefixes: [Prefix]) {
        var random = SeededRandom(seed: 2)
        let sets = (0..<150_000).map { number in Self.attributes(number, &random) }
        var rest = prefixes[...]
        while !rest.isEmpty {
            var update = Update()
            update.attributes = sets[Int.random(in: 0..<sets.count, using: &random)]
            // On average 2.7, as tables have it: most sets come with one or two prefixes, a few with many.
            let count = Int.random(in: 0..<20, using: &random) == 0 ? 25 : Int.random(in: 1...2, using: &random)
            update.announced = Array(rest.prefix(count))
            announcements += frames(update)
            rest = rest.dropFirst(count)
        }
        for start in stride(from: 0, to: prefixes.count, by: 200) {
            var update = Update()
            update.withdrawn = Array(prefixes[start..<min(start + 200, prefixes.count)])
            withdrawals += frames(update)
        }
    }

    private static func attributes(_ number: Int, _ random: inout SeededRandom) -> PathAttributes {
        var attributes = PathAttributes()
        attributes.origin = .igp
        let path =
            [64501, UInt32(number % 70_000 + 1)]
            + (0..<Int.random(in: 0...4, using: &random)).map { _ in
                UInt32.random(in: 1...400_000, using: &random)
            }
        attributes.asPath = ASPath(sequence: path.map { ASN($0) })
        attributes.nextHop = Address(v4: 0xc000_0201)
        attributes.communities = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            Community(rawValue: UInt32.random(in: 0x0001_0000...0xfbff_0000, using: &random))
        }
        return attributes
    }

    private func frames(_ update: Update) -> [Frame] {
        var framer = Framer()
        framer.append(Message.update(update).encoded(Codec()))
        var frames: [Frame] = []
        while let frame = try? framer.next() { frames.append(frame) }
        return frames
    }
}

/// Seconds of processor time for each part, and bytes of memory for each route.
private struct RouteTimes {
    var (receive, tell, withdraw, again, flush) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var bytes = 0.0

    init(_ feed: Feed) throws {
        var rib = RIB(asn: ASN(65000), id: RouterID(rawValue: 1))
        let source = Self.add(&rib, 64501)
        let listener = Self.add(&rib, 64502)
        while rib.work() {}
        while rib.hasNews(for: listener) { _ = rib.take(for: listener) }
        receive = try Self.run(&rib, feed.announcements, source)
        tell = Self.drain(&rib, listener)
        let size = rib.size.bytes
        bytes = Double(size.routes + size.prefixes + size.attributes + size.groups) / 1_000_000
        withdraw = try Self.run(&rib, feed.withdrawals, source) + Self.drain(&rib, listener)
        again = try Self.run(&rib, feed.announcements, source)
        _ = Self.drain(&rib, listener)
        rib.down(source)
        flush = seconds { while rib.work() {} }
        guard rib.size.routes == 0 else { throw PeerError("\(rib.size.routes) routes are left") }
    }

    private static func add(_ rib: inout RIB, _ asn: UInt32) -> NeighborID {
        var neighbor = RIB.Neighbor(asn: ASN(asn), address: Address(v4: 0xc000_0200 + asn - 64500))
        (neighbor.importing, neighbor.exporting) = (.acceptAll, .acceptAll)
        let id = rib.add(neighbor)
        let terms = SessionTerms(
            peerID: RouterID(rawValue: asn), codec: Codec(), families: [.ipv4],
            nextHops: [.ipv4: [Address(v4: 0xc612_0001)]])
        rib.up(id, terms)
        return id
    }

    private static func run(_ rib: inout RIB, _ frames: [Frame], _ id: NeighborID) throws -> Double {
        var failure: BGPError?
        let time = seconds {
            for frame in frames {
                do throws(BGPError) { _ = try rib.receive(frame, from: id, now: .zero) } catch { failure = error }
            }
        }
        if let failure { throw failure }
        return time
    }

    private static func drain(_ rib: inout RIB, _ id: NeighborID) -> Double {
        seconds { while rib.hasNews(for: id) { _ = rib.take(for: id) } }
    }

    static func measurements(_ times: [RouteTimes], floor: Double) -> [Measurement] {
        let rows: [(String, KeyPath<RouteTimes, Double>)] = [
            ("received", \.receive), ("told to another", \.tell), ("withdrawn, and told so", \.withdraw),
            ("received anew", \.again), ("flushed", \.flush),
        ]
        let all = rows.map { name, path in
            let mine = median(times.map { $0[keyPath: path] })  // seconds of a million are microseconds of one
            return Measurement(
                subject: "routes", measure: name, unit: "µs CPU/route", ours: mine, peer: floor,
                peerName: "tree alone in C", ratio: mine / floor)
        }
        let bytes = median(times.map(\.bytes))
        return all + [
            Measurement(
                subject: "routes", measure: "memory, attributes included", unit: "bytes/route", ours: bytes, peer: 65,
                peerName: "budget of a route", ratio: bytes / 65)
        ]
    }
}
