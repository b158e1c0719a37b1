package import Config
package import Daemon

/// Which host an agent was told to be: by its site, by its own name, or by that of its machine, so that one file and one
/// command can be the same on all of them.
package struct WantedHost: Sendable {
    /// nil: where the host is.
    package var site: String?
    /// nil: the only one of the site, or the one that is called like the machine.
    package var host: String?
    /// The first label of the machine's name; nil: it doesn't count.
    package var machine: String?

    package init(site: String?, host: String? = nil, machine: String? = nil) {
        (self.site, self.host, self.machine) = (site, host, machine)
    }

    /// `path` is what the refusal begins with.
    func find(in network: Network, _ path: String) throws(Diagnostics) -> SiteHost {
        do throws(Refusal) { return try find(in: network) } catch {
            throw Diagnostics(path, "\(error)")
        }
    }

    package func find(in network: Network) throws(Refusal) -> SiteHost {
        guard let name = site else { return try findHost(in: network) }
        guard let site = network.sites.first(where: { $0.name == name }) else {
            throw .usage("--site \(name): the file has \(network.siteNames)")
        }
        let hosts = site.hosts.map(\.name).joined(separator: ", ")
        if let host {
            guard let found = site.host(named: host) else {
                throw .usage("--host \(host): site \(site.name) has \(hosts)")
            }
            return found
        }
        if !site.hasSeveralHosts, let only = site.hosts.first { return SiteHost(site: site, host: only) }
        if let found = machine.flatMap(site.host(named:)) { return found }
        throw .usage("--host NAME is missing; site \(site.name) has \(hosts)\(calledOtherwise)")
    }

    private func findHost(in network: Network) throws(Refusal) -> SiteHost {
        guard let name = host ?? machine else {
            throw .usage("--site NAME is missing; the file has \(network.siteNames)")
        }
        if let found = network.sites.lazy.compactMap({ $0.host(named: name) }).first { return found }
        let hosts = network.sites.flatMap(\.hosts).map(\.name).joined(separator: ", ")
        guard host == nil else { throw .usage("--host \(name): the file has \(hosts)") }
        throw .usage("--site NAME is missing; the file has \(network.siteNames)\(calledOtherwise)")
    }

    private var calledOtherwise: String {
        machine.map { "; this machine is called \($0), and no host of the file is" } ?? ""
    }
}

extension Network {
    fileprivate var siteNames: String { sites.map(\.name).joined(separator: ", ") }
}

extension Config.Site {
    fileprivate func host(named name: String) -> SiteHost? {
        hosts.first { $0.name == name }.map { SiteHost(site: self, host: $0) }
    }
}
