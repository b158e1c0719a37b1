import Net
import YAML

/// What a file says, before its parts were held against each other.
struct Draft {
    var network: NetworkParts?
    var routers: [BorderRouter]
    var accepted: [Acceptance]
}

extension Draft {
    /// Routers may be all that there is: then nothing else is required.
    init?(keys: inout Keys) {
        let own = ["network", "sites", "services", "announce", "hooks", "metrics", "internet", "rehearsal"]
        let isWanted = !keys.has("routers") || own.contains(where: keys.has)
        let parts = NetworkParts(keys: &keys, isWanted: isWanted)
        let routers = keys.optional("routers", .routers)
        let lint = keys.optional("lint", record("{accept: {CODE: REASON}}") { LintDraft(keys: &$0) })
        if isWanted, parts == nil { return nil }
        (network, self.routers, accepted) = (parts, routers ?? [], lint?.accepted ?? [])
    }
}

/// The network, and what is in the file about the world around it.
struct NetworkParts {
    var network: Network
    /// As written: names that may not exist.
    var internet: InternetDraft?
}

extension NetworkParts {
    fileprivate init?(keys: inout Keys, isWanted: Bool) {
        let network = keys.required("network", record { NetworkDraft(keys: &$0) }, unless: !isWanted)
        let sites = keys.required("sites", .sites, unless: !isWanted)
        let services = keys.required("services", named("service", .service), unless: !isWanted)
        let announce = keys.optional("announce", record { AnnounceDraft(keys: &$0) }) ?? AnnounceDraft()
        let hooks = keys.optional("hooks", record("{withdrawn: [PROGRAM, …], …}") { Hooks(keys: &$0) })
        let metrics = keys.optional("metrics", .metrics)
        let internet = keys.optional("internet", record { InternetDraft(keys: &$0) })
        let rehearsal = keys.optional("rehearsal", record { Rehearsal(keys: &$0) })
        guard let network, let sites, let services else { return nil }
        self.internet = internet
        self.network = Network(
            name: network.name, asn: network.asn, prefixes: network.prefixes, holdTime: network.holdTime,
            sites: sites.map { $0.site(network.asn, network.holdTime, isAnchor: announce.isAnchor) },
            services: services, announce: announce.policy, covers: announce.covers,
            hooks: hooks ?? Hooks(), metrics: metrics, internet: nil, rehearsal: rehearsal ?? Rehearsal())
        complete()
    }

    /// What is left out and depends on something that stands elsewhere in the file.
    private mutating func complete() {
        let sites = network.sites.map(\.name)
        for index in network.services.indices where network.services[index].serve?.sites.isEmpty == true {
            network.services[index].serve?.sites = sites
        }
        network.rehearsal.complete(sites: sites)
    }
}

private struct NetworkDraft {
    var name: String
    var asn: ASN
    var prefixes: [Prefix]
    var holdTime: Duration

    init?(keys: inout Keys) {
        let name = keys.required("name", .name)
        let asn = keys.required("asn", .asn)
        let prefixes = keys.required("prefixes", list(of: .prefix))
        holdTime = keys.optional("hold-time", .holdTime, default: .seconds(90))
        guard let name, let asn, let prefixes else { return nil }
        (self.name, self.asn, self.prefixes) = (name, asn, prefixes)
    }
}
