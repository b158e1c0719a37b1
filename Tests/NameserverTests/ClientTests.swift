import Loop
import Net
import Testing

@testable import Nameserver

/// Millions of clients, without a socket.
@Suite("Who asks, in bounded memory")
struct ClientTests {
    @Test(
        "numbers of addresses are right within three percent, from one to 300,000",
        arguments: [1, 10, 1000, 30_000, 300_000])
    func sources(_ count: Int) throws {
        let memory = try ClientMemory(threads: 2, seed: 0x5eed)
        let parts = [memory.part(0), memory.part(1)]
        for number in 0..<count {
            for part in parts {
                part.note(.init(high: UInt64(number) << 32, low: 0), isIPv6: false)
                part.note(.init(high: 0x2001_0db8 << 32 | UInt64(number / 10), low: UInt64(number)), isIPv6: true)
            }
        }
        let sources = memory.sources
        for (found, real) in [(sources.ipv4, count), (sources.ipv6, count), (sources.ipv6Networks, (count + 9) / 10)] {
            let difference = abs(Double(found) - Double(real))
            #expect(difference <= max(0.5, 0.03 * Double(real)), "\(found) of \(real)")
        }
    }

    @Test("a flood from a million forged networks keeps the real clients in the list, with a bound of the error")
    func flood() throws {
        let memory = try ClientMemory(threads: 1, seed: 3)
        let part = memory.part(0)
        var random = SeededRandom(seed: 11)
        var real: [Prefix: UInt64] = [:]
        for round in 0..<1_000_000 {
            part.note(.init(high: .random(in: 0 ... .max, using: &random) & ~0xffff_ffff, low: 0), isIPv6: false)
            let number = UInt64(round % 500)
            part.note(.init(high: (0xc000_0000 + number << 8) << 32, low: 0), isIPv6: false)
            let address = Address(v4: UInt32(0xc000_0000 + number << 8))
            real[try #require(Prefix(address, length: 24)), default: 0] += 1
        }
        let clients = memory.clients()
        #expect(clients.queries == 2_000_000, "no query is lost")
        #expect(clients.networks.count <= ClientMemory.buckets * ClientMemory.ways)
        let found = Dictionary(uniqueKeysWithValues: clients.networks.map { ($0.prefix, $0) })
        for (prefix, queries) in real {
            let network = try #require(found[prefix], "\(prefix) was crowded out")
            #expect(network.queries >= queries && network.queries - network.doubt <= queries + 64)
        }
    }

    @Test("networks are as wide as they should be")
    func networks() throws {
        for (text, network) in [
            ("192.0.2.77", "192.0.2.0/24"), ("255.255.255.255", "255.255.255.0/24"), ("0.0.0.1", "0.0.0.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"), ("::1", "::/48"), ("ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff::/48"),
        ] {
            let address = try #require(Address(text))
            let high = UInt64(truncatingIfNeeded: address.bits >> 64)
            let key = address.family == .ipv4 ? ClientNetwork.key(v4: high) : ClientNetwork.key(v6: high)
            #expect(ClientNetwork.prefix(key)?.description == network)
        }
        #expect(ClientNetwork.prefix(0) == nil && ClientNetwork.prefix(.max) == nil)
    }
}
