import BGP
import Glibc
import Loop
import Net
import RIB
import Router
import Speaker

/// `Benchmarks route OURS LISTENER OURS FEEDER...`: our router alone, in a process of its own, with neighbors that connect: all
/// that feeders say is accepted, and told to the listener.
enum RouterUnderTest {
    static let asn = ASN(64500)
    /// The listener's, and of the feeders those that follow.
    static let listenerASN: UInt32 = 64600

    static func run(_ words: [String]) async -> Never {
        let addresses = words.compactMap { Address($0) }
        guard addresses.count == words.count, addresses.count >= 4, let loop = try? Loop(name: "router") else {
            usage()
        }
        let router = Router(
            loop: loop, configuration: configuration(addresses), seed: UInt64(getpid()), onEvent: { say("\($0)") })
        do { try await router.start() } catch {
            say("\(error)")
            exit(3)
        }
        while true { try? await Task.sleep(for: .seconds(3600)) }
    }

    private static func usage() -> Never {
        say("usage: Benchmarks route OURS LISTENER OURS FEEDER...")
        exit(2)
    }

    private static func configuration(_ addresses: [Address]) -> Router.Configuration {
        let neighbors = addresses[3...].enumerated().map { number, address in
            neighbor("feeder-\(number + 1)", address, from: addresses[2], listenerASN + UInt32(number) + 1)
        }
        var listener = neighbor("listener", addresses[1], from: addresses[0], listenerASN)
        (listener.routes.importing, listener.routes.exporting) = (nil, .acceptAll)
        return Router.Configuration(
            asn: asn, routerID: RouterID(rawValue: 0x0a09_0001), neighbors: [listener] + neighbors)
    }

    private static func neighbor(_ name: String, _ address: Address, from ours: Address, _ asn: UInt32)
        -> Router.Neighbor
    {
        var session = Speaker.Neighbor(name: name, address: address, asn: ASN(asn))
        (session.localAddress, session.passive, session.holdTime) = (ours, true, .seconds(240))
        var routes = RIB.Neighbor(asn: ASN(asn), address: address)
        routes.importing = .acceptAll
        return Router.Neighbor(session: session, routes: routes)
    }
}
