import Testing

@testable import Lab

@Suite("What BIRD says on its control socket")
struct BirdReplyTests {
    static let protocols = """
        2002-Name       Proto      Table      State  Since         Info
        1002-kernel1    Kernel     master4    up     08:02:45.965
        1006-  Channel ipv4
               Import updates:              9          0          0          0          0

        1002-to_site_v4 BGP        ---        up     08:02:45.965  Established
        1006-  BGP state:          Established
             Neighbor address: 10.0.0.2%a
           Channel ipv4
             Route change stats:     received   rejected   filtered    ignored   accepted
               Import updates:              3          0          0          0          3
               Import withdraws:            2          0        ---          0          2
               Export updates:              7          0          0        ---          7

        1002-to_peer_v6 BGP        ---        start  08:02:45.965  Idle
        1006-  BGP state:          Idle

        0000

        """
        .replacing("0000\n", with: "0000 \n")

    @Test("sessions, whether they are up, and what they have received")
    func sessions() throws {
        let reply = try #require(BirdReply(Self.protocols))
        var up = RouterSession(name: "to_site_v4", isUp: true)
        (up.updates, up.withdrawals) = (3, 2)
        #expect(RouterSession.all(in: reply) == [up, RouterSession(name: "to_peer_v6", isUp: false)])
    }

    @Test("the AS path of a route, and no path where there is no route")
    func path() throws {
        let route = """
            1007-203.0.113.0/24       unicast [to_rhine_v4 08:40:08.548] * (100) [AS65000i]
            1008-	Type: BGP univ
            1012-	BGP.origin: IGP
             	BGP.as_path: 64501 65000 65000
             	BGP.next_hop: 198.18.0.12
            """
        #expect(RouterSession.path(in: try #require(BirdReply(route + "\n0000 \n"))) == [64501, 65000, 65000])
        let missing = try #require(BirdReply("8001 Network not found\n"))
        #expect(RouterSession.path(in: missing) == nil)
        #expect(missing.error == "Network not found")
    }

    @Test("every truncation is no reply yet, and none traps")
    func truncations() {
        let bytes = Array(Self.protocols.utf8)
        for length in 0..<bytes.count - 6 {
            #expect(BirdReply(String(decoding: bytes[..<length], as: UTF8.self)) == nil)
        }
    }

    @Test(
        "garbage is no session",
        arguments: ["1002-\n0000 \n", "1002-a BGP\n0000 \n", "0000 \n", "9999 x\n", "1006-Import updates: x\n0000 \n"])
    func garbage(text: String) throws {
        #expect(RouterSession.all(in: try #require(BirdReply(text))).isEmpty)
    }
}
