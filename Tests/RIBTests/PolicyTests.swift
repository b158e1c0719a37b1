import BGP
import Net
import RIB
import Testing

@Suite("Policies")
struct PolicyTests {
    static let prefix = "203.0.113.0/24"

    static func prefixes(_ text: String, _ lengths: ClosedRange<Int>? = nil) -> PrefixSet {
        let prefix = Prefix(text) ?? Prefix(host: address("0.0.0.0"))
        return PrefixSet([.init(prefix, lengths ?? prefix.length...prefix.length)])
    }

    /// Conditions, and whether they hold for 203.0.113.0/24 with path 64501 64502 64503 and its communities.
    static let conditions: [(Policy.Condition, Bool)] = [
        (.family(.ipv4), true), (.family(.ipv6), false),
        (.prefixes(prefixes("203.0.113.0/24")), true), (.prefixes(prefixes("203.0.112.0/23")), false),
        (.prefixes(prefixes("203.0.112.0/23", 23...24)), true), (.prefixes(prefixes("203.0.112.0/23", 25...32)), false),
        (.prefixes(prefixes("0.0.0.0/0", 0...24)), true), (.prefixes(prefixes("::/0", 0...128)), false),
        (.from([.other(.customer)]), true), (.from([.local, .own, .other(nil)]), false),
        (.neighbor([ASN(64501)]), true), (.neighbor([ASN(64502)]), false),
        (.community(.init(Community(64501, 7))), true), (.community(.init(Community(64501, 8))), false),
        (.community(.init(any: 64501)), true), (.community(.init(any: 64502)), false),
        (.largeCommunity(.init(64501, 1, 2)), true), (.largeCommunity(.init(64501, nil, 2)), true),
        (.largeCommunity(.init(64501, nil, 3)), false), (.largeCommunity(.init(64501)), true),
        (.originated(by: [ASN(64503)]), true), (.originated(by: [ASN(64501)]), false),
        (.passed([ASN(64502), ASN(1)]), true), (.passed([ASN(1)]), false),
        (.pathLength(3...5), true), (.pathLength(0...2), false),
        (.not(.family(.ipv6)), true), (.any([.family(.ipv6), .pathLength(3...3)]), true), (.any([]), false),
    ]

    static func attributes() -> PathAttributes {
        PathAttributes(path: [64501, 64502, 64503]) {
            $0.communities = [Community(1, 1), Community(64501, 7)]
            $0.largeCommunities = [LargeCommunity(64501, 1, 2)]
        }
    }

    @Test("each condition holds for what it says, and the rule that dropped a route is named", arguments: conditions)
    func condition(_ condition: Policy.Condition, holds: Bool) {
        let stage = Stage()
        let neighbor = stage.add(64501) {
            $0.role = .customer
            $0.importing = Policy("in", [.init("the rule", when: [condition], .reject)], otherwise: .accept)
        }
        stage.announce(Self.prefix, Self.attributes(), from: neighbor)
        let dropped = RouteView.Standing.dropped(.policy("in", rule: "the rule"))
        #expect(stage.standing(Self.prefix, of: neighbor) == (holds ? dropped : .best))
    }

    /// Changes, and what they make of a route on import.
    static let changes: [(Policy.Change, @Sendable (inout PathAttributes) -> Void)] = [
        (.localPref(7), { $0.localPref = 7 }), (.med(9), { $0.med = 9 }), (.med(nil), { $0.med = nil }),
        (.prepend(2), { $0.asPath = ASPath(sequence: [64501, 64501, 64501, 64502, 64503].map { ASN($0) }) }),
        (.add(Community(2, 2)), { $0.communities.append(Community(2, 2)) }), (.add(Community(1, 1)), moved),
        (.remove(.init(any: 64501)), { $0.communities = [Community(1, 1)] }),
        (.removeCommunities, { $0.communities = [] }),
        (.addLarge(LargeCommunity(1, 2, 3)), { $0.largeCommunities.append(LargeCommunity(1, 2, 3)) }),
        (.removeLarge(.init(64501)), { $0.largeCommunities = [] }),
        (.removeLargeCommunities, { $0.largeCommunities = [] }),
    ]

    /// What is there already isn't added a second time.
    @Sendable static func moved(_ attributes: inout PathAttributes) {
        attributes.communities = [Community(64501, 7), Community(1, 1)]
    }

    @Test("each change changes what it says and nothing else", arguments: changes.indices)
    func change(_ index: Int) throws {
        let (change, expect) = Self.changes[index]
        let stage = Stage()
        let neighbor = stage.add(64501) { $0.importing = Policy("in", [.init("set", then: [change], .accept)]) }
        var attributes = Self.attributes()
        attributes.med = 5
        stage.announce(Self.prefix, attributes, from: neighbor)
        let view = try #require(stage.paths(Self.prefix).first)
        let accepted = try #require(view.accepted)
        #expect(stage.rib.attributes(view.received).attributes == attributes)
        expect(&attributes)
        #expect(stage.rib.attributes(accepted).attributes == attributes)
    }

    @Test("rules are read in order, the first that decides ends it, and changes of those before it count")
    func order() throws {
        let stage = Stage()
        let neighbor = stage.add(64501) {
            $0.importing = Policy(
                "in",
                [
                    .init("tag", then: [.add(Community(9, 9)), .localPref(50)], .next),
                    .init("not this one", when: [.family(.ipv6)], then: [.localPref(1)], .accept),
                    .init(
                        "untag", when: [.pathLength(3...3)], then: [.remove(.init(any: 9)), .localPref(60)], .accept),
                    .init("too late", .reject),
                ])
        }
        stage.announce(Self.prefix, Self.attributes(), from: neighbor)
        let accepted = try #require(stage.paths(Self.prefix).first?.accepted)
        let attributes = stage.rib.attributes(accepted).attributes
        #expect(attributes.localPref == 60)
        #expect(attributes.communities == Self.attributes().communities)
    }

    @Test("without a policy, nothing comes from another AS and nothing goes there (RFC 8212)")
    func defaultDeny() {
        let stage = Stage()
        let closed = stage.add(64501, 1) { ($0.importing, $0.exporting) = (nil, nil) }
        let inside = stage.add(65000, 2) { ($0.importing, $0.exporting) = (nil, nil) }
        stage.announce(Self.prefix, PathAttributes(path: [64501]), from: closed)
        #expect(stage.standing(Self.prefix, of: closed) == .dropped(.noPolicy))
        stage.announce(Self.prefix, PathAttributes(path: [64502]) { $0.localPref = 100 }, from: inside)
        stage.settle()
        #expect(stage.best(Self.prefix) == inside)
        #expect(stage.heard(Self.prefix, by: closed) == nil)
        #expect(stage.rib.told(Prefix(Self.prefix) ?? Prefix(host: address("::")), to: closed) == .silent(.noPolicy))
    }

    @Test(
        "well-known communities keep a route where it belongs",
        arguments: [
            (Community.noExport, true, false), (.noExportSubconfed, true, false), (.noAdvertise, false, false),
            (.blackhole, true, false), (.noPeer, true, true),
        ])
    func wellKnown(_ community: Community, inside: Bool, outside: Bool) {
        let stage = Stage()
        let source = stage.add(64501, 1) { $0.honorsBlackhole = true }
        let (within, beyond) = (stage.add(65000, 2), stage.add(64502, 3))
        stage.announce(Self.prefix, PathAttributes(path: [64501]) { $0.communities = [community] }, from: source)
        stage.settle()
        #expect((stage.heard(Self.prefix, by: within) != nil) == inside)
        #expect((stage.heard(Self.prefix, by: beyond) != nil) == outside)
        if !outside, let prefix = Prefix(Self.prefix) {
            #expect(stage.rib.told(prefix, to: beyond) == .silent(.community(community)))
        }
    }

    @Test(
        "a well-known community on a route of our own is for the neighbors, who are told it with the route",
        arguments: [Community.noExport, .noExportSubconfed, .noAdvertise, .blackhole])
    func ownWellKnown(_ community: Community) {
        let stage = Stage()
        let ids = [stage.add(65000, 2), stage.add(64502, 3), stage.add(64503, 4) { $0.role = .provider }]
        stage.announce(Self.prefix, PathAttributes(path: []) { $0.communities = [community] }, from: .local)
        stage.settle()
        for id in ids { #expect(stage.heard(Self.prefix, by: id)?.attributes.communities == [community]) }
    }

    @Test("a route with GRACEFUL_SHUTDOWN becomes the last choice (RFC 8326)")
    func gracefulShutdown() {
        let stage = Stage()
        let (leaving, staying) = (stage.add(64501, 1), stage.add(64502, 2))
        stage.announce(Self.prefix, PathAttributes(path: [64502, 1, 2, 3]), from: staying)
        stage.announce(
            Self.prefix, PathAttributes(path: [64501]) { $0.communities = [.gracefulShutdown] }, from: leaving)
        #expect(stage.standing(Self.prefix, of: leaving) == .lost(.localPref, to: staying))
    }

    @Test("BLACKHOLE discards where it is agreed with the neighbor, and is no route otherwise (RFC 7999 §3.3)")
    func blackhole() {
        let stage = Stage()
        let customer = stage.add(64501, 1) { $0.honorsBlackhole = true }
        let peer = stage.add(64502, 2)
        let (wanted, unwanted) = ("203.0.113.66/32", "203.0.113.67/32")
        stage.announce(wanted, PathAttributes(path: [64501]) { $0.communities = [.blackhole] }, from: customer)
        stage.announce(unwanted, PathAttributes(path: [64502]) { $0.communities = [.blackhole] }, from: peer)
        #expect(Prefix(wanted).flatMap { stage.rib.use(of: $0) }?.isBlackhole == true)
        #expect(stage.standing(unwanted, of: peer) == .dropped(.blackhole))
        // Agreed meanwhile, and not any more.
        var changed = stage.rib.neighbor(peer)
        for isAgreed in [true, false] {
            changed.honorsBlackhole = isAgreed
            stage.rib.change([(peer, changed)])
            stage.settle()
            #expect((stage.best(unwanted) != nil) == isAgreed)
        }
    }

    static let onlyToCustomer = AttributeCode(rawValue: 35)

    static let roles: [Role] = [.provider, .customer, .peer, .routeServer, .routeServerClient]

    @Test(
        "a leaked route is known by its Only to Customer (RFC 9234 §5)", arguments: Self.roles,
        [64501, 64999] as [UInt32])
    func leak(from role: Role, otc: UInt32) {
        let stage = Stage()
        let neighbor = stage.add(64501) { $0.role = role }
        stage.announce(Self.prefix, PathAttributes(path: [64501]) { $0.onlyToCustomer = ASN(otc) }, from: neighbor)
        let isLeak =
            switch role {
            case .customer, .routeServerClient: true
            case .peer: otc != 64501
            default: false
            }
        #expect(stage.standing(Self.prefix, of: neighbor) == (isLeak ? .dropped(.leak(ASN(otc))) : .best))
    }

    @Test(
        "routes that go down or across are marked, and stay there (RFC 9234 §5)", arguments: Self.roles,
        Self.roles)
    func marking(from: Role, to: Role) {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1) { $0.role = from }, stage.add(64502, 2) { $0.role = to })
        stage.announce(Self.prefix, PathAttributes(path: [64501]), from: source)
        stage.settle()
        let isMarked = [.provider, .peer, .routeServer].contains(from)
        let heard = stage.heard(Self.prefix, by: listener)
        guard !isMarked || ![.provider, .peer, .routeServer].contains(to) else { return #expect(heard == nil) }
        let marks = [.customer, .peer, .routeServerClient].contains(to)
        #expect(heard?.attributes.onlyToCustomer == (isMarked ? ASN(64501) : marks ? ASN(65000) : nil))
    }

    @Test("a changed policy takes back and gives what it says, and nothing else is sent")
    func changedPolicy() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let (first, second) = (stage.add(64502, 2), stage.add(64503, 3))
        for index in 0..<50 { stage.announce("203.0.\(index).0/24", PathAttributes(path: [64501]), from: source) }
        stage.settle()
        #expect(stage.rib.size.groups == 1)
        let upper = Policy(
            "upper", [.init("upper", when: [.prefixes(Self.prefixes("203.0.32.0/19", 19...24))], .accept)])
        stage.rib.setExport(upper, of: [second])
        stage.settle(slice: 7)
        #expect(stage.listeners[first]?.table.count == 50 && stage.listeners[second]?.table.count == 18)
        #expect(stage.listeners[second]?.announced == 50 && stage.listeners[second]?.withdrawn == 32)
        #expect(stage.listeners[first]?.announced == 50 && stage.listeners[first]?.withdrawn == 0)
        stage.rib.setImport(Policy("none"), of: source)
        stage.settle(slice: 7)
        #expect(stage.listeners[first]?.table.isEmpty ?? false)
        #expect(stage.rib.count(from: source, .ipv4) == 50, "what was sent is kept, for the next policy")
        stage.rib.setImport(.acceptAll, of: source)
        stage.settle(slice: 7)
        #expect(stage.listeners[first]?.table.count == 50 && stage.listeners[second]?.table.count == 18)
    }
}
