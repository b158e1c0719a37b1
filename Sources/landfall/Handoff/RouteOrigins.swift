import Config
import Dialect
import Net

/// What registries and RPKI have to know of a network: of all sites, since a ROA for one alone makes the routes of the
/// others invalid.
extension Network {
    /// Every prefix with every AS that the Internet may see it from; covers only from anchors.
    var routeOrigins: [RouteOrigin] {
        let all = sites.flatMap { site in
            (prefixes + (site.isAnchor ? covers : [])).filter { site.tellsTheInternet(of: $0) }
                .map { RouteOrigin(prefix: $0, asn: site.asn) }
        }
        return Set(all).sorted()
    }

    /// What stays inside the network's own AS, and needs neither ROA nor route object.
    var privatePrefixes: [Prefix] {
        let told = Set(routeOrigins.map(\.prefix))
        return (prefixes + covers).filter { !told.contains($0) }.sorted()
    }

    /// The names of the sites that announce it so.
    func sites(of origin: RouteOrigin) -> [String] {
        sites.filter { site in
            site.asn == origin.asn && (prefixes.contains(origin.prefix) || site.isAnchor)
                && site.tellsTheInternet(of: origin.prefix)
        }.map(\.name)
    }
}

extension Site {
    /// Whether some router outside of the own AS may hear of it from here.
    fileprivate func tellsTheInternet(of prefix: Prefix) -> Bool {
        neighbors.contains {
            $0.address.family == prefix.family && ($0.role != .internal || $0.scope == .global)
        }
    }
}
