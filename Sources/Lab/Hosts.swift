internal import Config

/// Who answered: a site, and which of its hosts where the answer says so.
package struct Server: Hashable, Sendable {
    /// Index into `Network.sites`.
    package var site: Int
    /// Index into `Network.hosts`.
    package var host: Int?

    package init(site: Int, host: Int? = nil) { (self.site, self.host) = (site, host) }
}

/// What something is done to: a site as a whole, or one of its several hosts.
package enum Target: Hashable, Sendable {
    case site(Int)
    case host(Int, site: Int)

    package var site: Int {
        switch self {
        case .site(let site), .host(_, let site): site
        }
    }

    package func includes(_ server: Server) -> Bool {
        switch self {
        case .site(let site): server.site == site
        case .host(let host, _): server.host == host
        }
    }

    /// An answer that doesn't say which host it is from may be from any at its site.
    package func excludes(_ server: Server) -> Bool {
        switch self {
        case .site(let site): server.site != site
        case .host(let host, let site): server.site != site || server.host.map { $0 != host } ?? false
        }
    }
}

extension Evaluation.Row {
    /// Before the step.
    package func wasServed(by target: Target) -> Bool {
        switch target {
        case .site(let site): before == site
        case .host(let host, _): hostsBefore.contains(host)
        }
    }
}

extension Network {
    /// The only host of a site is the site.
    func target(named name: String) -> Target? {
        if let site = sites.firstIndex(where: { $0.name == name }) { return .site(site) }
        guard let host = hosts(named: name).first else { return nil }
        let site = hosts[host].site
        return sites[site].hasSeveralHosts ? .host(host, site: site) : .site(site)
    }

    /// Indexes into `hosts`.
    func hosts(of target: Target) -> [Int] {
        switch target {
        case .site(let site): hosts.indices.filter { hosts[$0].site == site }
        case .host(let host, _): [host]
        }
    }

    /// What a host is called in logs, namespaces and reports: like its site, where it is alone there.
    func label(ofHost index: Int) -> String {
        let (site, host) = hosts[index]
        return sites[site].hasSeveralHosts ? host.name : sites[site].name
    }

    /// The blueprint has the ASes first, then the hosts.
    func node(ofHost host: Int) -> Int { (internet?.ases.count ?? 0) + host }
}
