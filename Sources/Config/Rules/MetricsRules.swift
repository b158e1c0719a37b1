import Net

extension Rules {
    /// An address that every site has would lead a scrape to any of them, and the whole Internet to the metrics.
    mutating func checkMetrics(_ network: Network) {
        switch network.metrics?.listening {
        case .addresses(let addresses):
            for address in addresses {
                guard let prefix = (network.prefixes + network.covers).first(where: { $0.contains(address) }) else {
                    continue
                }
                refuse(
                    "metrics", "listen",
                    because:
                        "listen: \(address) is in \(prefix), which every site announces; it should be one host's own")
            }
        case .unicast:
            guard let site = network.sites.first(where: { $0.hosts.contains { $0.unicast.isEmpty } }) else { return }
            refuse(
                "metrics", "listen",
                because: "listen: unicast wants hosts with addresses, and site \(site.name) has none; give it \"hosts\""
            )
        case .loopback, nil: return
        }
    }
}
