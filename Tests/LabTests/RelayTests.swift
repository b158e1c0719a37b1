import Glibc
import Kernel
import Loop
import Net
import Testing

@testable import Lab

@Suite(
    "The relay between two interfaces", .enabled(if: Capabilities.has([.sysAdmin, .netAdmin, .netRaw]), "needs root"))
struct RelayTests {
    /// Two hosts, each with one end of a cable whose other end the relay holds.
    struct Rig {
        var relay: Relay
        var hosts: [PacketSocket] = []

        /// Bytes of a frame to everybody, so that no host's stack cares.
        static func frame(_ mark: UInt8) -> [UInt8] {
            [UInt8](repeating: 0xff, count: 6) + [2, 0, 0, 0, 0, 1, 0x88, 0xb5] + [UInt8](repeating: mark, count: 50)
        }
    }

    /// On a thread of its own, since it changes namespaces.
    static func rig(delay: Duration) throws -> Rig {
        let middle = try Namespace.make()
        let loop = try Loop(name: "relay")
        var rig = Rig(relay: Relay(loop: loop))
        var ends: [PacketSocket] = []
        for name in ["a", "b"] {
            let host = try Namespace.make()
            let netlink = try Netlink(in: middle)
            try netlink.addVeth(name, peer: "eth0", in: host)
            try netlink.setUp(name)
            try Netlink(in: host).setUp("eth0")
            ends.append(try middle.run { () throws(SystemError) in try PacketSocket(at: name) })
            rig.hosts.append(try host.run { () throws(SystemError) in try PacketSocket(at: "eth0") })
        }
        let (relay, a, b) = (rig.relay, ends[0], ends[1])
        loop.run { relay.assumeIsolated { relay in try? relay.join(a, b, delay: delay) } }
        usleep(100_000)  // until the kernel has seen both carriers
        return rig
    }

    /// When a frame with this mark arrives, within a second.
    static func arrival(of mark: UInt8, at socket: PacketSocket) -> Instant? {
        var buffer = [UInt8](repeating: 0, count: 2000)
        let deadline = Loop.now + .seconds(1)
        while Loop.now < deadline {
            if let count = socket.receive(into: &buffer), count == 64, buffer[20] == mark { return Loop.now }
            usleep(200)
        }
        return nil
    }

    @Test("a frame arrives after the delay, not before, and intact")
    func delay() throws {
        let rig = try Self.rig(delay: .milliseconds(50))
        let sent = Loop.now
        #expect(rig.hosts[0].send(Rig.frame(7)))
        let arrived = try #require(Self.arrival(of: 7, at: rig.hosts[1]))
        #expect(arrived - sent >= .milliseconds(50))
        #expect(rig.hosts[1].send(Rig.frame(8)))
        #expect(Self.arrival(of: 8, at: rig.hosts[0]) != nil)
    }

    @Test("a cut link carries nothing and says so; a mended one carries again")
    func cut() throws {
        let rig = try Self.rig(delay: .zero)
        let relay = rig.relay
        relay.loop.run { relay.assumeIsolated { $0.setCut(true, link: 0) } }
        #expect(rig.hosts[0].send(Rig.frame(1)))
        #expect(Self.arrival(of: 1, at: rig.hosts[1]) == nil)
        relay.loop.run { relay.assumeIsolated { $0.setCut(false, link: 0) } }
        #expect(rig.hosts[0].send(Rig.frame(2)))
        #expect(Self.arrival(of: 2, at: rig.hosts[1]) != nil)
        let counters = relay.loop.run { relay.assumeIsolated { $0.counters } }
        #expect(counters.cut >= 1 && counters.frames >= 1 && counters.dropped == 0)
    }
}
