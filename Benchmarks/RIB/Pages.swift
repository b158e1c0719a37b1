import BGP
import Net
import RIB

/// What it costs to be asked: pages of a table of 1,000,000 prefixes with two routes each, as `landfall routes` asks for
/// them. The neighbors wait for as long as a page takes, so the budget is 5 ms.
let pages = Subject(name: "pages", summary: "pages of a million routes, beside a budget of 5 ms each") {
    var rib = RIB(asn: ASN(65000), id: RouterID(rawValue: 1))
    fill(&rib, FullTable(ipv4: 1_000_000, ipv6: 0, seed: 1).prefixes)
    return [
        measure("500 best routes", &rib) { .init(.best, routes: 500, after: $0) },
        measure("500 routes, each with its reason", &rib) { .init(.all, routes: 500, after: $0) },
        measure("10,000 routes looked at, none found", &rib) {
            .init(.all, routes: 500, after: $0, [.community(CommunityPattern(.blackhole))])
        },
        measure("10,000 routes counted", &rib) { .init(.all, routes: .max, after: $0) },
    ]
}

/// The second neighbor's paths are longer, so each of them lost.
private func fill(_ rib: inout RIB, _ prefixes: [Prefix]) {
    for (asn, path) in [(64501, [64501, 64600]), (64502, [64502, 64601, 64600])] as [(UInt32, [UInt32])] {
        var neighbor = RIB.Neighbor(asn: ASN(asn), address: Address(v4: 0xc000_0200 + asn - 64500))
        neighbor.importing = .acceptAll
        let id = rib.add(neighbor)
        rib.up(
            id,
            SessionTerms(
                peerID: RouterID(rawValue: asn), codec: Codec(), families: [.ipv4],
                nextHops: [.ipv4: [Address(v4: 0xc612_0001)]]))
        for number in 0..<100 {
            var attributes = PathAttributes()
            (attributes.origin, attributes.nextHop) = (.igp, Address(v4: 0xc000_0201))
            attributes.asPath = ASPath(sequence: (path + [UInt32(65100 + number)]).map { ASN($0) })
            attributes.communities = [Community(64501, UInt16(number)), Community(64501, 1000)]
            let part = stride(from: number, to: prefixes.count, by: 100).map { prefixes[$0] }
            rib.announce(part, attributes, from: id, now: .zero)
        }
    }
    while rib.work() {}
}

private struct Question {
    var table: RIB.Table
    var routes: Int
    var after: Prefix?
    var conditions: [Policy.Condition]

    init(_ table: RIB.Table, routes: Int, after: Prefix?, _ conditions: [Policy.Condition] = []) {
        (self.table, self.routes, self.after, self.conditions) = (table, routes, after, conditions)
    }
}

/// Milliseconds of processor time for a page, over 200 pages in a row.
private func measure(_ name: String, _ rib: inout RIB, _ question: (Prefix?) -> Question) -> Measurement {
    let everything = Prefix(Address(v4: 0), length: 0) ?? Prefix(host: Address(v4: 0))
    var times: [Double] = []
    var after: Prefix?
    for _ in 0..<200 {
        let question = question(after)
        var page = RIB.Page()
        let time = seconds {
            page = rib.page(
                question.table, within: everything, after: question.after, matching: question.conditions,
                limit: question.routes, effort: 10_000)
            guard question.routes != .max else { return }
            for prefix in page.prefixes {
                _ = rib.paths(to: prefix, in: question.table, matching: question.conditions)
            }
        }
        times.append(time * 1000)
        after = page.next
    }
    let mine = median(times)
    return Measurement(
        subject: "pages", measure: name, unit: "ms CPU/page", ours: mine, peer: 5, peerName: "budget", ratio: mine / 5)
}
