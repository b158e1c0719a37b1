/// One host, with the site that it is at.
public struct SiteHost: Sendable {
    public var site: Site
    public var host: Host

    public init(site: Site, host: Host) { (self.site, self.host) = (site, host) }

    /// By their names; nil where there is no such site, or no such host at it.
    public init?(_ site: String, _ host: String, in network: Network) {
        guard let site = network.sites.first(where: { $0.name == site }),
            let host = site.hosts.first(where: { $0.name == host })
        else { return nil }
        self.init(site: site, host: host)
    }
}
