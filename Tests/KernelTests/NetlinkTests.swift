import CLinux
import Glibc
import Net
import Testing

@testable import Kernel

@Suite("Addresses, links and routes through netlink", .enabled(if: isRoot, "needs root"))
struct NetlinkTests {
    @Test("an address comes, is listed, and goes again")
    func addresses() throws {
        let netlink = try Netlink(in: Namespace.make())
        try netlink.setUp("lo")
        let service = try #require(Address("203.0.113.53"))
        let service6 = try #require(Address("2001:db8:113::53"))
        try netlink.addAddress(service, to: "lo")
        try netlink.addAddress(service6, to: "lo")
        let listed = try netlink.addresses(of: "lo")
        #expect(listed.contains(.init(address: service, length: 32)))
        #expect(listed.contains(.init(address: service6, length: 128)))
        try netlink.removeAddress(service, from: "lo")
        #expect(try !netlink.addresses(of: "lo").contains { $0.address == service })
    }

    @Test("an address that is there already, one that isn't, and an interface that isn't, each have their error")
    func errors() throws {
        let netlink = try Netlink(in: Namespace.make())
        let service = try #require(Address("203.0.113.53"))
        try netlink.addAddress(service, to: "lo")
        #expect(code { try netlink.addAddress(service, to: "lo") } == EEXIST)
        try netlink.removeAddress(service, from: "lo")
        #expect(code { try netlink.removeAddress(service, from: "lo") } == EADDRNOTAVAIL)
        #expect(code { try netlink.addAddress(service, to: "eth7") } == ENODEV)
    }

    @Test("a cable between two namespaces carries packets at once, in both families")
    func veth() throws {
        let here = try Namespace.make()
        let there = try Namespace.make()
        let near = try Netlink(in: here)
        let far = try Netlink(in: there)
        try near.addVeth("left", peer: "right", in: there)
        for (netlink, name, own, peer) in [(near, "left", "192.0.2.1", "192.0.2.2"), (far, "right", "192.0.2.2", "192.0.2.1")] {
            try netlink.addAddress(#require(Address(own)), peer: Address(peer), to: name)
            try netlink.setUp(name)
        }
        try far.addRoute(#require(Prefix("0.0.0.0/0")), via: Address("192.0.2.1"), interface: "right")
        let echoed = try echo(from: there, to: here, at: "192.0.2.1")
        #expect(echoed)
    }

    @Test("every truncation of a message is an error, and none traps")
    func truncations() throws {
        var body: [UInt8] = [2, 32, 0, 0, 1, 0, 0, 0]
        body.putAttribute(2, [203, 0, 113, 53])
        let whole = NetlinkMessage(type: 20, flags: 0, sequence: 7, body: body)
        let bytes = whole.encoded
        #expect(try NetlinkMessage.decode(bytes.span) == [whole])
        #expect(Netlink.address(in: whole, on: 1)?.address == Address("203.0.113.53"))
        for length in 1..<bytes.count {
            #expect(throws: WireError.self) { try NetlinkMessage.decode(bytes.span.extracting(first: length)) }
        }
        for length in 0..<body.count {
            let cut = NetlinkMessage(type: 20, flags: 0, sequence: 7, body: Array(body[..<length]))
            #expect(Netlink.address(in: cut, on: 1) == nil)
            _ = cut.errorCode
        }
    }

    private func code(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch { return (error as? SystemError)?.code }
        return nil
    }

    /// A datagram from one namespace arrives in the other.
    private func echo(from: Namespace, to: Namespace, at text: String) throws -> Bool {
        let server = try to.run { socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        let client = try from.run { socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        defer {
            close(server)
            close(client)
        }
        var at = landfall_sockaddr()
        at.v4.sin_family = sa_family_t(AF_INET)
        at.v4.sin_port = UInt16(5353).bigEndian
        at.v4.sin_addr.s_addr = inet_addr(text)
        at.length = 16
        guard landfall_bind(server, &at) == 0, landfall_connect(client, &at) == 0, send(client, "x", 1, 0) == 1 else {
            return false
        }
        var wait = pollfd(fd: server, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 1000) == 1
    }
}
