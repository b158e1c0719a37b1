package import Config

/// Who an answer comes from, by what its name server calls itself (NSID, RFC 5001).
package struct Identities: Sendable {
    private var servers: [[UInt8]: Server] = [:]

    /// Our own server says what the file tells it to; somebody else's may say the site's or the host's name, alone or as
    /// a part between punctuation: `sin`, `ns1.sin.example.net`. What only names the site leaves open which of its hosts
    /// it is.
    package init(of network: Network) {
        for (index, (site, host)) in network.hosts.enumerated() {
            let (name, isAlone) = (network.sites[site].name, !network.sites[site].hasSeveralHosts)
            let server = Server(site: site, host: index)
            servers[Array(name.utf8)] = isAlone ? server : Server(site: site)
            servers[Array(host.name.utf8)] = server
            for template in network.services.compactMap({ $0.serve?.dns.identity }) {
                let identity = Array(template.expanded(site: name, host: host.name).utf8)
                servers[identity] = isAlone || template.contains("{host}") ? server : Server(site: site)
            }
        }
    }

    package func server(_ identity: [UInt8]) -> Server? {
        if let server = servers[identity] { return server }
        let known = identity.split { !(0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 | 0x20) }.compactMap {
            servers[Array($0)]
        }
        return known.first { $0.host != nil } ?? known.first
    }
}
