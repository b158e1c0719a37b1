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

    @Test("the addresses that an interface loses are told, those of others and new ones not")
    func changes() throws {
        let namespace = try Namespace.make()
        let netlink = try Netlink(in: namespace)
        try netlink.addVeth("left", peer: "right", in: namespace)
        for link in ["lo", "left"] { try netlink.setUp(link) }
        let changes = try namespace.run { () throws(SystemError) in try AddressChanges(of: "lo") }
        let services = try ["203.0.113.53", "2001:db8:113::53"].map { try #require(Address($0)) }
        for service in services { try netlink.addAddress(service, to: "lo") }
        #expect(try changes.removed() == [])
        let other = try #require(Address("192.0.2.1"))
        try netlink.addAddress(other, to: "left")
        try netlink.removeAddress(other, from: "left")
        #expect(try changes.removed() == [])
        for service in services { try netlink.removeAddress(service, from: "lo") }
        #expect(try changes.removed() == Set(services))
        #expect(try changes.removed() == [])
    }

    @Test("more changes than the socket keeps are told as such, and then it goes on")
    func overrun() throws {
        let namespace = try Namespace.make()
        let netlink = try Netlink(in: namespace)
        try netlink.setUp("lo")
        let changes = try namespace.run { () throws(SystemError) in try AddressChanges(of: "lo") }
        let service = try #require(Address("203.0.113.53"))
        for _ in 0..<3000 {
            try netlink.addAddress(service, to: "lo")
            try netlink.removeAddress(service, from: "lo")
        }
        #expect(try changes.removed() == nil)
        while try changes.removed() != [] {}
        try netlink.addAddress(service, to: "lo")
        try netlink.removeAddress(service, from: "lo")
        #expect(try changes.removed() == [service])
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

    @Test(
        "a cable between two namespaces carries packets",
        arguments: [("192.0.2.1", "192.0.2.2"), ("fd00::1", "fd00::2")])
    func veth(left: String, right: String) throws {
        let here = try Namespace.make()
        let there = try Namespace.make()
        let near = try Netlink(in: here)
        let far = try Netlink(in: there)
        try near.addVeth("left", peer: "right", in: there)
        try near.addAddress(#require(Address(left)), peer: Address(right), to: "left")
        try far.addAddress(#require(Address(right)), peer: Address(left), to: "right")
        try near.setUp("left")
        try far.setUp("right")
        let world = try #require(Prefix(left.contains(":") ? "::/0" : "0.0.0.0/0"))
        try far.addRoute(world, via: Address(left), interface: "right")
        #expect(try echo(from: there, to: here, at: #require(Address(left))))
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

    /// Whether a datagram from one namespace arrives in the other. Interfaces drop what is sent before the kernel has seen
    /// their carrier, hence the second for another try at the neighbor's hardware address.
    private func echo(from: Namespace, to: Namespace, at address: Address) throws -> Bool {
        var at = landfall_sockaddr(address, port: 5353)
        let family = Int32(address.family == .ipv4 ? AF_INET : AF_INET6)
        let server = try to.run { socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        let client = try from.run { socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        defer {
            close(server)
            close(client)
        }
        guard landfall_bind(server, &at) == 0, landfall_connect(client, &at) == 0, send(client, "x", 1, 0) == 1 else {
            return false
        }
        var wait = pollfd(fd: server, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 3000) == 1
    }
}

extension landfall_sockaddr {
    fileprivate init(_ address: Address, port: UInt16) {
        self.init()
        if address.family == .ipv4 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            inet_pton(AF_INET, address.description, &v4.sin_addr)
            length = 16
        } else {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            inet_pton(AF_INET6, address.description, &v6.sin6_addr)
            length = 28
        }
    }
}
