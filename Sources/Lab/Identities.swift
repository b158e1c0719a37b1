package import Config

/// Which site an answer comes from, by what its name server calls itself (NSID, RFC 5001).
package struct Identities: Sendable {
    private var sites: [[UInt8]: Int] = [:]

    /// Our own server says what the file tells it to; somebody else's may say the site's or the host's name, alone or as
    /// a part between punctuation: `sin`, `ns1.sin.example.net`.
    package init(of network: Network) {
        for (index, site) in network.sites.enumerated() {
            for name in [site.name] + site.hosts.map(\.name) { sites[Array(name.utf8)] = index }
            for service in network.services {
                guard let template = service.serve?.dns.identity else { continue }
                for host in site.hosts {
                    sites[Array(Self.expand(template, site: site.name, host: host.name).utf8)] = index
                }
            }
        }
    }

    package func site(_ identity: [UInt8]) -> Int? {
        if let site = sites[identity] { return site }
        return identity.split { !(0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 | 0x20) }
            .lazy.compactMap { sites[Array($0)] }.first
    }

    static func expand(_ template: String, site: String, host: String) -> String {
        template.replacing("{site}", with: site).replacing("{host}", with: host)
    }
}
