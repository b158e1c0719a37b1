import BGP
import Net
import RIB
import Testing

@Suite("Policies by role")
struct GaoRexfordTests {
    @Test("Gao and Rexford: customers' routes first, and no transit between peers and providers")
    func gaoRexford() {
        let stage = Stage()
        var ids: [Role: NeighborID] = [:]
        for (index, role) in [Role.provider, .customer, .peer].enumerated() {
            ids[role] = stage.add(64501 + UInt32(index), UInt8(index + 1)) {
                $0.role = role
                ($0.importing, $0.exporting) = (
                    GaoRexford.importing(from: role, in: ASN(65000)), GaoRexford.exporting(to: role, in: ASN(65000))
                )
            }
        }
        for (index, role) in [Role.provider, .customer, .peer].enumerated() {
            guard let id = ids[role] else { continue }
            stage.announce("203.0.\(index).0/24", PathAttributes(path: [64501 + UInt32(index)]), from: id)
        }
        stage.settle()
        func heard(_ role: Role) -> [Int] {
            (0..<3).filter { index in ids[role].map { stage.heard("203.0.\(index).0/24", by: $0) != nil } ?? false }
        }
        #expect(heard(.provider) == [1])
        #expect(heard(.customer) == [0, 2])
        #expect(heard(.peer) == [1])
    }

    @Test("Gao and Rexford: of other routers' routes, peers and providers hear only our AS's own and customers'")
    func gaoRexfordInside() {
        let stage = Stage()
        let asn = ASN(65000)
        let inside = stage.add(65000, 1)
        let peer = stage.add(64502, 2) { ($0.role, $0.exporting) = (.peer, GaoRexford.exporting(to: .peer, in: asn)) }
        let customer = stage.add(64503, 3) {
            ($0.role, $0.exporting) = (.customer, GaoRexford.exporting(to: .customer, in: asn))
        }
        let routes: [(prefix: String, path: [UInt32], marks: [LargeCommunity])] = [
            ("203.0.0.0/24", [], []), ("203.0.1.0/24", [64999], []),
            ("203.0.2.0/24", [64999], [GaoRexford.mark(asn)]), ("203.0.3.0/24", [64999], [GaoRexford.mark(ASN(64999))]),
        ]
        for route in routes {
            let attributes = PathAttributes(path: route.path) {
                ($0.localPref, $0.largeCommunities) = (100, route.marks)
            }
            stage.announce(route.prefix, attributes, from: inside)
        }
        stage.settle()
        #expect(routes.map { stage.heard($0.prefix, by: peer) != nil } == [true, false, true, false])
        #expect(routes.allSatisfy { stage.heard($0.prefix, by: customer) != nil })
        let silence = Silence.policy("Gao–Rexford", rule: "what isn't known to be a customer's")
        #expect(Prefix("203.0.1.0/24").map { stage.rib.told($0, to: peer) } == .silent(silence))
    }

    @Test(
        "Gao and Rexford: a customer's route says so to our other routers, and nobody else can",
        arguments: PolicyTests.roles)
    func gaoRexfordMark(_ role: Role) {
        let stage = Stage()
        let neighbor = stage.add(64501, 1) {
            ($0.role, $0.importing) = (role, GaoRexford.importing(from: role, in: ASN(65000)))
        }
        let inside = stage.add(65000, 2)
        let forged = PathAttributes(path: [64501]) {
            $0.largeCommunities = [GaoRexford.mark(ASN(65000)), LargeCommunity(65000, 9, 2)]
        }
        stage.announce(PolicyTests.prefix, forged, from: neighbor)
        stage.settle()
        let isCustomer = role == .customer || role == .routeServerClient
        #expect(
            Set(stage.heard(PolicyTests.prefix, by: inside)?.attributes.largeCommunities ?? [])
                == Set([LargeCommunity(65000, 9, 2)] + (isCustomer ? [GaoRexford.mark(ASN(65000))] : [])))
    }
}
