import Net
import Testing

@testable import Config

@Suite("How a session is secured")
struct SessionLinkTests {
    private func text(_ neighbor: String, role: String = ", role: provider", asn: Int = 64500) -> String {
        """
        network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: 192.0.2.2}}
            neighbors: [{name: a, address: 192.0.2.1, asn: \(asn)\(role)\(neighbor)}]
        services: {dns: {addresses: [203.0.113.53], checks: [{dns: {name: example.org, type: SOA}}]}}
        """
    }

    private func neighbor(_ keys: String) throws -> Neighbor {
        try #require(
            try Network.load(text: Array(text(keys).utf8), path: "net/x.yaml").get().sites.first?.neighbors.first)
    }

    @Test("distance, TTL security, passwords and limits are read; a file's path is relative to the configuration")
    func values() throws {
        let plain = try neighbor("")
        #expect(plain.link == SessionLink() && plain.maxPrefixes == 1000 && !plain.isStrict)
        let secured = try neighbor(
            ", multihop: 2, ttl-security: true, password-file: keys/a, max-prefixes: 5, strict-role: true")
        #expect(secured.link == SessionLink(hops: 2, ttlSecurity: true, password: .file("net/keys/a")))
        #expect(secured.maxPrefixes == 5 && secured.isStrict)
        #expect(try neighbor(", password: hunter2").link.password == .text(Secret("hunter2")))
    }

    @Test("the TTL is 1 outside, free inside, as many hops as asked for, and 255 where it is looked at")
    func ttl() {
        #expect(SessionLink().ttl(isInternal: false) == 1 && SessionLink().ttl(isInternal: true) == nil)
        #expect(SessionLink(hops: 3).ttl(isInternal: false) == 3)
        #expect(SessionLink(hops: 3, ttlSecurity: true).ttl(isInternal: true) == 255)
    }

    @Test("a password that can't be one is refused without being repeated")
    func refused() {
        let long = String(repeating: "hunter2", count: 12)
        for (keys, complaint) in [
            (", password: \"\(long)\"", "password: what is there is not a password of 1 to 80 bytes"),
            (", password: hunter2, password-file: x", "password-file: there is a password as well"),
            (", multihop: 0", "multihop: \"0\" is not a whole number from 1 to 255"),
        ] {
            let problems = errors(text(keys)).joined(separator: "\n")
            #expect(problems.contains(complaint) && !problems.contains("hunter2"), "\(problems)")
        }
        let inside = errors(text(", strict-role: true", role: "", asn: 65000)).joined()
        #expect(inside.contains("strict-role: roles are for other ASes"), "\(inside)")
    }

    @Test("a change of the password resets the session, and is told without either")
    func change() throws {
        func network(_ keys: String) throws -> Network {
            try Network.load(text: Array(text(keys).utf8), path: "x").get()
        }
        let changes = Changes(
            from: try network(", password: hunter2"), to: try network(", password: hunter3"), site: "fra", host: "fra1")
        let lines = changes.lines.joined(separator: "\n")
        #expect(lines.contains("password *** → ***") && !lines.contains("hunter"), "\(lines)")
    }
}
