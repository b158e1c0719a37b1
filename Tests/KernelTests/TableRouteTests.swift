import Glibc
import Net
import Peers
import Testing

@testable import Kernel

/// A namespace with an interface `left` that has a network of each family, and `ip` in it.
private struct Place {
    let namespace: Namespace
    let left: Int32

    init() throws {
        namespace = try Namespace.make()
        let netlink = try Netlink(in: namespace)
        try netlink.addVeth("left", peer: "right", in: namespace)
        for link in ["lo", "left", "right"] { try netlink.setUp(link) }
        try netlink.addAddress(#require(Address("192.0.2.1")), length: 24, to: "left")
        try netlink.addAddress(#require(Address("2001:db8::1")), length: 64, to: "left")
        left = try netlink.index(of: "left")
    }

    /// What iproute2 says, a line a route.
    func ip(_ words: String) throws -> [String] {
        let ip = try Program.find("ip")
        let outcome = try namespace.run { () throws(SystemError) in
            Result { try Spawn.shell("\(ip) -o \(words) 2>&1").run() }
        }
        return try outcome.get().lines.map { line in
            line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\\" }).joined(separator: " ")
        }
    }

    func dump(_ family: Family, table: UInt32 = 254) throws -> [TableRoute] {
        let dump = try RouteDump(of: table, family, in: namespace)
        var routes: [TableRoute] = []
        while case .more = try dump.next({ routes.append($0) }) {}
        return routes
    }

    func route(_ prefix: String, metric: UInt32 = 20, table: UInt32 = 254, _ gateways: String...) throws -> TableRoute {
        var ways: [TableRoute.Way] = []
        for text in gateways {
            let gateway: Address = try #require(Address(text))
            ways.append(.init(interface: left, gateway: gateway))
        }
        return TableRoute(
            try #require(Prefix(prefix)), table: table, protocol: 186, metric: metric,
            kind: gateways.isEmpty ? .blackhole : .unicast, ways: ways)
    }
}

@Suite("Routes in the kernel's tables", .enabled(if: isRoot && Program.lack("ip") == nil, "needs root and iproute2"))
struct TableRouteTests {
    @Test("what we put there is what ip says is there, and what we read again")
    func put() throws {
        let place = try Place()
        let routes = [
            try place.route("198.51.100.0/24", "192.0.2.9"), try place.route("0.0.0.0/0", "192.0.2.8"),
            try place.route("198.51.101.0/24", "192.0.2.9", "192.0.2.8"), try place.route("198.51.102.0/24", "fe80::9"),
            try place.route("198.51.103.0/24", "192.0.2.9", "2001:db8::9"), try place.route("198.51.100.66/32"),
        ]
        let routes6 = [
            try place.route("2001:db8:1::/48", "2001:db8::9"), try place.route("::/0", "fe80::8"),
            try place.route("2001:db8:2::/48", "2001:db8::9", "fe80::9"), try place.route("2001:db8:66::/48"),
        ]
        let socket = try RouteSocket(in: place.namespace)
        #expect(try socket.carryOut((routes + routes6).map { .put($0) }).isEmpty)
        #expect(
            try place.ip("route show proto bgp").sorted() == [
                "198.51.100.0/24 via 192.0.2.9 dev left metric 20",
                "198.51.101.0/24 metric 20 nexthop via 192.0.2.8 dev left weight 1 nexthop via 192.0.2.9 dev left weight 1",
                "198.51.102.0/24 via inet6 fe80::9 dev left metric 20",
                "198.51.103.0/24 metric 20 nexthop via 192.0.2.9 dev left weight 1 "
                    + "nexthop via inet6 2001:db8::9 dev left weight 1",
                "blackhole 198.51.100.66 metric 20", "default via 192.0.2.8 dev left metric 20",
            ])
        let lines = try place.ip("-6 route show proto bgp").map { $0.replacing(" pref medium", with: "") }
        #expect(
            lines.sorted() == [
                "2001:db8:1::/48 via 2001:db8::9 dev left metric 20",
                "2001:db8:2::/48 metric 20 nexthop via 2001:db8::9 dev left weight 1 nexthop via fe80::9 dev left weight 1",
                "blackhole 2001:db8:66::/48 dev lo metric 20", "default via fe80::8 dev left metric 20",
            ])
        #expect(Set(try place.dump(.ipv4).filter { $0.protocol == 186 }) == Set(routes))
        #expect(Set(try place.dump(.ipv6).filter { $0.protocol == 186 }) == Set(routes6))
    }

    @Test("a route takes the place of the one before, of any kind, and goes whatever its ways")
    func replaceAndRemove() throws {
        let place = try Place()
        let socket = try RouteSocket(in: place.namespace)
        let gateways: [Family: (String, String)] = [
            .ipv4: ("192.0.2.9", "192.0.2.8"), .ipv6: ("2001:db8::9", "2001:db8::8"),
        ]
        for (prefix, family) in [("198.51.100.0/24", Family.ipv4), ("2001:db8:1::/48", .ipv6)] {
            let (one, other) = try #require(gateways[family])
            let states = [
                try place.route(prefix, one), try place.route(prefix, other), try place.route(prefix, one, other),
                try place.route(prefix), try place.route(prefix, other, one), try place.route(prefix, one),
            ]
            for state in states {
                #expect(try socket.carryOut([.put(state)]).isEmpty)
                #expect(try place.dump(family).filter { $0.protocol == 186 } == [state], "\(state)")
            }
            for state in states {
                #expect(try socket.carryOut([.put(state), .remove(try place.route(prefix))]).isEmpty)
                #expect(try place.dump(family).filter { $0.protocol == 186 }.isEmpty, "\(state)")
            }
        }
    }

    @Test("what the kernel refuses is told by its place, with the kernel's reason, and the rest is carried out")
    func refusals() throws {
        let place = try Place()
        let socket = try RouteSocket(in: place.namespace)
        var orders: [RouteSocket.Order] = []
        for index in 0..<1000 {
            let far = index % 100 == 7
            orders.append(
                .put(try place.route("198.18.\(index / 250).\(index % 250)/32", far ? "203.0.113.1" : "192.0.2.9")))
        }
        let refusals = try socket.carryOut(orders)
        #expect(refusals.map(\.index) == stride(from: 7, to: 1000, by: 100).map { $0 })
        #expect(
            refusals.allSatisfy { $0.code == ENETUNREACH && $0.reason == "Nexthop has invalid gateway" }, "\(refusals)")
        #expect(try place.dump(.ipv4).count { $0.protocol == 186 } == 990)
        #expect(try place.ip("route show proto bgp").count == 990)
        let gone = try socket.carryOut([
            .remove(try place.route("198.18.0.7/32")), .remove(try place.route("198.18.0.8/32")),
        ])
        #expect(gone.map(\.index) == [0] && gone.first?.code == ESRCH)
    }

    @Test("routes of other protocols, tables and metrics stay when ours of the same prefix go")
    func others() throws {
        let place = try Place()
        let socket = try RouteSocket(in: place.namespace)
        _ = try place.ip("route add 198.51.100.0/24 via 192.0.2.7 proto static metric 20")
        _ = try place.ip("route add 198.51.100.0/24 via 192.0.2.7 proto bgp metric 30")
        let ours = try place.route("198.51.100.0/24", "192.0.2.9")
        #expect(try socket.carryOut([.remove(ours)]).first?.code == ESRCH)
        #expect(try socket.carryOut([.put(try place.route("198.51.100.0/24", table: 1000, "192.0.2.9"))]).isEmpty)
        #expect(try place.ip("route show 198.51.100.0/24").count == 2)
        #expect(try place.ip("route show table 1000").count == 1)
        #expect(try place.dump(.ipv4, table: 1000).map(\.table) == [1000])
        #expect(try place.dump(.ipv4, table: 1001).isEmpty && place.dump(.ipv6, table: 1001).isEmpty)
    }

    @Test("changes by others are told with what they replaced; our own are not; interfaces are")
    func changes() throws {
        let place = try Place()
        let socket = try RouteSocket(in: place.namespace)
        let changes = try RouteChanges(without: socket, in: place.namespace)
        let ours = [
            try place.route("198.51.100.0/24", "192.0.2.9"),
            try place.route("2001:db8:1::/48", "2001:db8::9", "2001:db8::8"),
        ]
        #expect(try socket.carryOut(ours.map { .put($0) } + [.put(ours[1]), .remove(ours[1])]).isEmpty)
        _ = try place.ip("route replace 198.51.100.0/24 via 192.0.2.8 proto static metric 20")
        _ = try place.ip("route del 198.51.100.0/24 proto static metric 20")
        #expect(try socket.carryOut([.put(try place.route("198.51.101.0/24", "192.0.2.9"))]).isEmpty)
        _ = try place.ip("link set left down")
        var told: [RouteChanges.Change] = []
        #expect(try isAll(changes.read { told.append($0) }))
        // Links, and addresses that are known to be ours alone now, are also told, whenever they like.
        let routes = told.filter {
            switch $0 {
            case .route(let route, _), .routeGone(let route): route.protocol == 4
            case .link, .linkGone: false
            }
        }
        guard case .route(let new, true) = routes.first, case .routeGone(let old) = routes.dropFirst().first else {
            Issue.record("\(told)")
            return
        }
        #expect(new == old)
        #expect(told.contains { if case .link(let link) = $0 { link.name == "left" && !link.isUp } else { false } })
        #expect(try place.dump(.ipv4).isEmpty, "the kernel dropped it, and said nothing")
        #expect(!told.contains { if case .route(let route, _) = $0 { route.prefix == ours[1].prefix } else { false } })
        #expect(
            !told.contains {
                if case .routeGone(let route) = $0 { route.prefix.description == "198.51.101.0/24" } else { false }
            })
    }

    @Test("what is added takes nobody's place: the other program's route stays, ours is refused", arguments: [4, 6])
    func add(family: Int) throws {
        let place = try Place()
        let (prefix, gateways) =
            family == 4
            ? ("198.51.100.0/24", ["192.0.2.8", "192.0.2.9", "192.0.2.7"])
            : ("2001:db8:1::/48", ["2001:db8::8", "2001:db8::9", "2001:db8::7"])
        _ = try place.ip("-\(family) route add \(prefix) via \(gateways[0]) proto static metric 20")
        let before = try place.ip("-\(family) route show \(prefix)")
        let socket = try RouteSocket(in: place.namespace)
        let spread = try place.route(prefix, gateways[1], gateways[2])
        let refusals = try socket.carryOut([.add(try place.route(prefix, gateways[1])), .add(spread)])
        #expect(refusals.map(\.code) == [EEXIST, EEXIST] && refusals.map(\.index) == [0, 1])
        #expect(try place.ip("-\(family) route show \(prefix)") == before && before.count == 1)
        _ = try place.ip("-\(family) route del \(prefix) proto static metric 20")
        #expect(try socket.carryOut([.add(spread)]).isEmpty)
        #expect(try place.dump(family == 4 ? .ipv4 : .ipv6).filter { $0.protocol == 186 } == [spread])
    }

    @Test("more changes than the socket keeps are told as such, and then it goes on")
    func overrun() throws {
        let place = try Place()
        let own = try RouteSocket(in: place.namespace)
        let others = try RouteSocket(in: place.namespace)
        let changes = try RouteChanges(without: own, in: place.namespace, room: 65536)
        let routes = try (0..<2000).map { try place.route("198.18.\($0 / 250).\($0 % 250)/32", "192.0.2.9") }
        #expect(try others.carryOut(routes.map { .put($0) }).isEmpty)
        var isOverrun = false
        for _ in 0..<100 { if case .overrun = try changes.read({ _ in }) { isOverrun = true } }
        #expect(isOverrun)
        #expect(try others.carryOut([.remove(routes[0])]).isEmpty)
        var told: [RouteChanges.Change] = []
        #expect(try isAll(changes.read { told.append($0) }))
        #expect(told == [.routeGone(routes[0])])
    }

    @Test("an error that ends early has less of a reason, or none")
    func reasons() {
        var body: [UInt8] = []
        body.putNative(Int32(-ENETUNREACH))
        body += [UInt8](repeating: 0, count: 16)
        body.putAttribute(1, "Nexthop has invalid gateway")
        let header = NetlinkMessage.Header(type: 2, flags: 0x300, sequence: 7)
        let whole = NetlinkMessage(header, body)
        #expect(whole.errorCode == ENETUNREACH && whole.errorText == "Nexthop has invalid gateway")
        for length in 0..<body.count {
            let cut = NetlinkMessage(header, Array(body[..<length]))
            #expect(cut.errorText == nil && (cut.errorCode == ENETUNREACH) == (length >= 4))
        }
        #expect(NetlinkMessage(NetlinkMessage.Header(type: 2, flags: 0x100), body).errorText == nil)
    }

    @Test("what is written is read again: any prefix, metric, table and ways")
    func roundTrip() throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<500 {
            let route = try random.route()
            var bytes: [UInt8] = []
            route.request(acknowledged: false, 1, into: &bytes)
            let messages = try NetlinkMessage.decode(bytes.span)
            #expect(messages.count == 1 && TableRoute(messages[0]) == route, "\(route)")
            for length in 0..<messages[0].body.count {
                var cut = messages[0]
                cut.body = Array(cut.body[..<length])
                if let part = TableRoute(cut) { #expect(part.prefix.length == route.prefix.length) }
            }
        }
    }

    private func isAll(_ reading: RouteChanges.Reading) -> Bool { if case .all = reading { true } else { false } }
}

private struct SplitMix {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func address(_ family: Family) -> Address {
        family == .ipv4
            ? Address(v4: UInt32(truncatingIfNeeded: next())) : Address(v6: UInt128(next()) << 64 | UInt128(next()))
    }

    mutating func route() throws -> TableRoute {
        let family: Family = below(2) == 0 ? .ipv4 : .ipv6
        let prefix = try #require(Prefix(address(family), length: below(family.width + 1)))
        let ways = (0..<below(6)).map { _ in
            TableRoute.Way(
                interface: Int32(1 + below(9)), gateway: below(5) == 0 ? nil : address(below(3) == 0 ? .ipv6 : family),
                weight: 1, isOnLink: below(4) == 0)
        }
        return TableRoute(
            prefix, table: below(2) == 0 ? 254 : UInt32(1 + below(100_000)), protocol: UInt8(below(256)),
            metric: UInt32(below(5000)), kind: below(5) == 0 ? .blackhole : .unicast, ways: ways)
    }
}
