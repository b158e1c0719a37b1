internal import DNS
internal import Health
internal import Net

/// Checks that say less about this site than they seem to: they would fail everywhere at once, or are not made everywhere.
extension Lint {
    mutating func lintReaches() {
        var links: Set<String> = []
        for service in network.services {
            for (index, check) in service.checks.enumerated() {
                let way: [KeyStep] = ["services", .key(service.name), "checks", .index(index)]
                if check.policy.reach == .local { lintLocal(check, of: service, at: way) }
                if let neighbor = check.neighbor, links.insert(neighbor).inserted { lintTwins(of: neighbor, at: way) }
            }
        }
    }

    private mutating func lintLocal(_ check: Check, of service: Service, at way: [KeyStep]) {
        if check.policy.fall == 1 {
            report(
                .fallOne, at: way + ["fall"],
                "one lost packet withdraws the site, and a timeout under load counts as a failure at once",
                instead: "fall: 2, with every or fast so short that the two together are soon enough")
        }
        switch check.kind {
        case .dns(let dns): lintNames(dns, of: service, at: way + ["dns"])
        case .icmp(let echo): lintRouter(echo, check, at: way + ["icmp", "address"])
        case .http(let http) where http.tls?.verify == true:
            report(
                .certificateFate, at: way + ["http", "tls"],
                "a certificate that ends, ends at every site in the same second, and this withdraws all of them",
                instead:
                    "verify: false here, and the same check with \"reach: shared\" beside it, which raises an alarm")
        default: break
        }
    }

    /// ANNOUNCING 3: what somebody else serves fails everywhere at once.
    private mutating func lintNames(_ dns: DNSCheck, of service: Service, at way: [KeyStep]) {
        if dns.alternatives.isEmpty {
            guard service.serve == nil, Self.popular.contains(dns.name) else { return }
            report(
                .oneExternalName, at: way + ["name"],
                "\(dns.name.spoken) is somebody else's: when it can't be resolved, every site withdraws, though the resolvers are well",
                instead:
                    "names: of several that have nothing in common, and reach: shared; and one that the server knows itself"
            )
        } else if Set(dns.names.map(\.family)).count == 1 {
            report(
                .oneExternalName, at: way + ["names"],
                "all of these names are \(dns.name.family.spoken)'s: when that can't be resolved, every site withdraws",
                instead: "names: that have nothing in common, not even the top-level domain, and reach: shared")
        }
    }

    /// Whoever asks a resolver whether it works often asks for one of these.
    private static let popular: Set<Name> = Set(
        [
            "google.com", "www.google.com", "dns.google", "one.one.one.one", "cloudflare.com", "www.cloudflare.com",
            "facebook.com", "www.facebook.com", "amazon.com", "www.amazon.com", "microsoft.com", "www.microsoft.com",
            "apple.com", "www.apple.com", "wikipedia.org", "www.wikipedia.org", "a.root-servers.net", "ietf.org",
            "www.ietf.org", "debian.org", "www.debian.org", "quad9.net", "dns.quad9.net",
        ].compactMap { try? Name(text: $0, origin: .root) })

    /// A private address is another router at every site.
    private mutating func lintRouter(_ echo: EchoCheck, _ check: Check, at way: [KeyStep]) {
        guard let address = echo.address, check.neighbor == nil, network.sites.count > 1, !address.isPrivate else {
            return
        }
        report(
            .oneTarget, at: way,
            "every site asks \(address): when it is silent, all withdraw at once, and their own services are well",
            instead: "reach: shared; or \"neighbor: NAME\", for the router of one neighbor")
    }

    /// The same AS at another site, where the check isn't made since the neighbor has another name.
    private mutating func lintTwins(of name: String, at way: [KeyStep]) {
        let watched = sessions.filter { $0.neighbor.name == name }
        let (sites, audiences) = (Set(watched.map(\.site.name)), Set(watched.map(Audience.init)))
        let unwatched = sessions.first { !sites.contains($0.site.name) && audiences.contains(Audience($0)) }
        guard let unwatched else { return }
        report(
            .notCheckedEverywhere, at: way + ["neighbor"],
            "links to \(unwatched.neighbor.asn) are checked where the neighbor is called \(name); \(unwatched.text) isn't",
            instead: "one name for the neighbors of one AS at all sites")
    }
}

extension Name {
    /// The last two labels, which one operator is most likely to answer for; three below a country's `co` or `com`.
    fileprivate var family: Name {
        var name = self
        while name.labels.count > 2, let parent = name.parent, !(name.labels.count == 3 && parent.isRegistry) {
            name = parent
        }
        return name
    }

    /// `co.uk`, `com.br`: where names are registered, as far as that can be seen.
    private var isRegistry: Bool {
        labels.count == 2 && labels[0].count <= 3 && labels[1].count == 2
    }
}
