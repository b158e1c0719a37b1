import Geo
import Net
import YAML

/// The surrounding Internet as the file has it: links by name, from whichever end they were written.
struct InternetDraft: Sendable {
    var ases: [AS]
    var exchanges: [Exchange]
    var gracefulShutdown: Internet.GracefulShutdown

    struct AS: Sendable {
        var system: Internet.AutonomousSystem
        var providers: [String]
        var peers: [String]
    }

    struct Exchange: Sendable {
        var name: String
        var members: [String]
    }

    init?(keys: inout Keys) {
        let ases = keys.required("ases", named("AS", record("{asn: …, place: …}") { AS(keys: &$0) }))
        exchanges = keys.optional("exchanges", named("exchange", .exchange)) ?? []
        gracefulShutdown = keys.optional("graceful-shutdown", .choice()) ?? .everyone
        keys.later("graph", "prefixes")
        guard let ases else { return nil }
        self.ases = ases
    }
}

extension InternetDraft.AS {
    fileprivate init?(keys: inout Keys) {
        let asn = keys.required("asn", .asn)
        let place = keys.required("place", .place)
        providers = keys.optional("providers", list(of: .name, least: 0)) ?? []
        peers = keys.optional("peers", list(of: .name, least: 0)) ?? []
        let client = keys.optional("client", .name)
        guard let asn, let place else { return nil }
        system = .init(name: keys.label, asn: asn, place: place, client: client)
    }
}

extension Kind where Value == InternetDraft.Exchange {
    fileprivate static var exchange: Kind {
        let members = list(of: Kind<String>.name, least: 2, most: 100)
        return Kind(members.accepts) { node, label, reading in
            members.read(node, label, &reading).map { Value(name: label, members: $0) }
        }
    }
}
