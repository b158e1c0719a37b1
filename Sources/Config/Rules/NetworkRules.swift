import Announce
import Health
import Net

extension Rules {
    mutating func checkPrefixes(_ network: Network) {
        for (index, prefix) in network.prefixes.enumerated() {
            if let other = network.prefixes[..<index].first(where: { $0.overlaps(prefix) }) {
                let how =
                    other == prefix ? "is here twice" : "overlaps \(other), which is not supported by this version"
                refuse("network", "prefixes", .index(index), because: "prefixes: \(prefix) \(how)")
            } else if !network.services.contains(where: { $0.addresses.contains(where: prefix.contains) }) {
                refuse(
                    "network", "prefixes", .index(index),
                    because: "prefixes: no service has an address in \(prefix), so nothing would ever announce it")
            }
        }
    }

    mutating func checkServices(_ network: Network) {
        var seen = Seen<Address>()
        for service in network.services {
            for (index, address) in service.addresses.enumerated() {
                let way: [Step] = ["services", .key(service.name), "addresses", .index(index)]
                if let owner = seen.take(address, for: service.name) {
                    let whose =
                        owner == service.name ? "is here twice" : "is an address of the service \(owner) already"
                    refuse(way, because: "addresses: \(address) \(whose)")
                }
                if network.prefix(containing: address) == nil {
                    let all = network.prefixes.map(\.description)
                    refuse(
                        way, because: "addresses: \(address) is in no announced prefix; it should be in \(either(all))")
                }
            }
            checkServe(service, network)
            checkChecks(service, network)
        }
        checkRequirement(network)
        checkSameData(network)
    }

    /// Others ask a host at its own address, where only one service can answer.
    private mutating func checkSameData(_ network: Network) {
        var seen: [Service] = []
        for service in network.services {
            guard let serve = service.serve, serve.dns.sameData != nil else { continue }
            let other = seen.first { other in
                serve.sites.contains { other.serve(at: $0).map { $0.port == serve.dns.port } ?? false }
            }
            seen.append(service)
            guard let other else { continue }
            refuse(
                "services", .key(service.name), "serve", "dns", "same-data",
                because:
                    "same-data: the service \(quoted(other.name)) is asked at port \(serve.dns.port) of the same hosts "
                    + "already; give one of them another port, or compare one of them")
        }
    }

    /// ANNOUNCING 4: a prefix with several services needs an explicit answer to what one failure means.
    private mutating func checkRequirement(_ network: Network) {
        guard network.announce.require == nil else { return }
        for prefix in network.prefixes {
            let inside = network.services.flatMap { service in
                service.addresses.enumerated().filter { prefix.contains($0.element) }.map { (service.name, $0.offset) }
            }
            guard inside.count > 1 else { continue }
            let (service, index) = inside[1]
            refuse(
                "services", .key(service), "addresses", .index(index),
                because:
                    "addresses: \(prefix) holds \(inside.count) service addresses; write \"announce: {require: all}\" or "
                    + "\"any\" to say which of them must be healthy for it to be announced")
            return
        }
    }

    private mutating func checkServe(_ service: Service, _ network: Network) {
        let way: [Step] = ["services", .key(service.name), "serve", "sites"]
        guard let serve = service.serve else { return }
        for (index, site) in serve.sites.enumerated() {
            checkSite(site, network, at: way + [.index(index)], label: "sites")
            if serve.sites[..<index].contains(site) {
                refuse(way + [.index(index)], because: "sites: \(quoted(site)) is here twice")
            }
        }
    }

    private mutating func checkChecks(_ service: Service, _ network: Network) {
        let way: [Step] = ["services", .key(service.name), "checks"]
        for (index, check) in service.checks.enumerated() {
            let same = { (other: Check) in (other.kind, other.neighbor) == (check.kind, check.neighbor) }
            if service.checks[..<index].contains(where: same) {
                refuse(
                    way + [.index(index)],
                    because: "checks: \(quoted(check.name)) is here twice; one of them is enough")
            }
            if let neighbor = check.neighbor {
                checkNeighbor(neighbor, of: service, network, at: way + [.index(index), "neighbor"])
            }
        }
        if service.checks.allSatisfy({ $0.neighbor != nil }) {
            refuse(
                way,
                because:
                    "checks: each is about one neighbor's link; one without \"neighbor\" should say whether the service "
                    + "answers")
        }
    }

    /// Some site has it, and tells it about an address of the service.
    private mutating func checkNeighbor(_ name: String, of service: Service, _ network: Network, at way: [Step]) {
        let families = Set(service.addresses.map(\.family))
        let told = network.sites.flatMap(\.neighbors).filter { families.contains($0.address.family) }
        let names = told.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        checkName(name, among: names, what: "neighbor that is told about it,", at: way, label: "neighbor")
    }

    /// Whether there is such a site.
    mutating func checkSite(_ name: String, _ network: Network, at way: [Step], label: String) {
        checkName(name, among: network.sites.map(\.name), what: "site", at: way, label: label)
    }

    mutating func checkName(_ name: String, among known: [String], what: String, at way: [Step], label: String) {
        checkName(name, among: known, besides: [], what: what, at: way, label: label)
    }

    /// `besides`: names that are always there, and need no check.
    mutating func checkName(
        _ name: String, among own: [String], besides: [String], what: String, at way: [Step], label: String
    ) {
        let known = own + besides
        guard problems.count < mostProblems, !known.contains(name) else { return }
        let near = problems.count < mostHints ? nearest(to: name, among: known) : nil
        let hint =
            near.map { "did you mean \(quoted($0))?" }
            ?? (known.isEmpty ? "there is none" : "there \(known.count == 1 ? "is" : "are") \(listed(known))")
        refuse(way, because: "\(label): there is no \(what) \(quoted(name)); \(hint)")
    }
}

/// `a`, `a and b`, `a, b and c`; of many, the first few.
func listed(_ words: [String]) -> String {
    if words.count > 8 { return words.prefix(7).joined(separator: ", ") + " and \(words.count - 7) more" }
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}
