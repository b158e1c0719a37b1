import Announce
import Config
import Geo
import Health
import Net

/// What `check` prints for people.
struct CheckText {
    let path: String
    let file: ConfigurationFile
    let findings: [Finding]

    init(_ path: String, _ file: ConfigurationFile, _ findings: [Finding]) {
        (self.path, self.file, self.findings) = (path, file, findings)
    }

    var text: String {
        let network = file.network.map { NetworkText(path: path, network: $0).parts } ?? []
        let routers = file.routers.map { RouterText(path: path, router: $0).text }
        return (network + routers + [found, verdict.fitted(to: Terminal.screenWidth)]).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }
}

/// A heading, the names of the columns, and rows; nothing where there are none.
func section(_ title: String, _ header: [String], _ rows: [[String]], right: Set<Int> = []) -> String {
    guard !rows.isEmpty else { return "" }
    let head = header.map { Terminal.paint($0, .grey) }
    let table = Table(header: head, rows, rightAligned: right).lines(within: Terminal.screenWidth.map { $0 - 2 })
    return ([Terminal.paint(title, .bold)] + table.map { "  \($0)" }).joined(separator: "\n")
}

/// What `check` says of a network.
struct NetworkText {
    let path: String
    let network: Network

    var parts: [String] {
        let prefixes = network.prefixes.map(\.description).joined(separator: " and ")
        let head = "\(path): the network \(network.name), AS\(network.asn.rawValue), announces \(prefixes)"
        return [head.fitted(to: Terminal.screenWidth), sites, neighbors, services, checks, times, clients, steps]
    }

    private var sites: String {
        section(
            "Sites", ["SITE", "PLACE", "HOST", "ADDRESSES", "ROUTER ID", "CAPACITY"],
            network.sites.flatMap { site in
                site.hosts.enumerated().map { index, host in
                    let addresses = host.unicast.map(\.description).joined(separator: " ")
                    let (name, place) = index == 0 ? (site.name, site.place.name) : ("", "")
                    return [
                        name, place, host.name, addresses.isEmpty ? "any" : addresses, "\(host.routerID)",
                        index == 0 ? capacity(site.capacity) : "",
                    ]
                }
            })
    }

    private func capacity(_ capacity: Capacity) -> String {
        let parts = [
            capacity.bitsPerSecond.map { "\(scaled($0, "bit/s"))" },
            capacity.queriesPerSecond.map { "\(scaled($0, " queries/s"))" },
        ]
        let known = parts.compactMap(\.self)
        return known.isEmpty ? "unknown" : known.joined(separator: ", ")
    }

    /// `20 Gbit/s`, `800 k queries/s`: in the largest unit that leaves no more than one decimal.
    private func scaled(_ value: UInt64, _ what: String) -> String {
        let units: [(UInt64, String)] = [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")]
        guard let (unit, name) = units.first(where: { value >= $0.0 && value % ($0.0 / 10) == 0 }) else {
            return "\(value)\(what.hasPrefix(" ") ? "" : " ")\(what)"
        }
        let tenths = value % unit / (unit / 10)
        return "\(value / unit)\(tenths == 0 ? "" : ".\(tenths)") \(name)\(what)"
    }

    private var neighbors: String {
        let rows = network.sites.flatMap { site in
            site.neighbors.map { neighbor in
                [
                    site.name, neighbor.name, "\(Endpoint(neighbor.address, port: neighbor.port))",
                    "\(neighbor.asn)", neighbor.role.rawValue, neighbor.holdTime.text, attributes(neighbor),
                ]
            }
        }
        return section("Neighbors", ["SITE", "NEIGHBOR", "ADDRESS", "AS", "ROLE", "HOLD TIME", "ATTRIBUTES"], rows)
    }

    private func attributes(_ neighbor: Config.Neighbor) -> String {
        var parts: [String] = neighbor.passive ? ["passive"] : []
        if neighbor.prepend > 0 { parts.append("prepend \(neighbor.prepend)") }
        if let med = neighbor.med { parts.append("MED \(med)") }
        if neighbor.role == .internal { parts.append("LOCAL_PREF \(neighbor.localPref ?? 100)") }
        if neighbor.scope == .local { parts.append("scope local") }
        parts += neighbor.communities.map(\.description) + neighbor.largeCommunities.map(\.description)
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    private var services: String {
        let rows = network.services.flatMap { service in
            service.addresses.map { address in
                [
                    service.name, "\(address)", network.prefix(containing: address)?.description ?? "",
                    service.serve.map { "landfall at \($0.sites.joined(separator: ", "))" } ?? "another program",
                    service.serve.map { $0.dns.zones.map(\.path).joined(separator: " ") } ?? "",
                ]
            }
        }
        return section("Services", ["SERVICE", "ADDRESS", "PREFIX", "SERVED BY", "ZONES"], rows)
    }

    private var checks: String {
        let rows = network.services.flatMap { service in
            service.checks.map { check in
                [
                    service.name, check.name, check.every.text, check.timeout.text, check.fast?.text ?? "none",
                    "\(check.policy.rise)", "\(check.policy.fall)", check.policy.slow?.text ?? "none",
                    check.policy.lease.text, check.policy.reach.rawValue,
                ]
            }
        }
        return section(
            "Checks, each at every address of its service",
            ["SERVICE", "CHECK", "EVERY", "TIMEOUT", "FAST", "RISE", "FALL", "SLOW", "LEASE", "REACH"],
            rows, right: [2, 3, 4, 5, 6, 7, 8])
    }
}

extension NetworkText {
    private var clients: String {
        let rows = network.clients.map { client in
            let expected = client.expected.map { $0 == client.nearest ? $0 : "\($0), which is farther" } ?? "not said"
            return [
                client.name, client.system, client.place.name, client.nearest, "\(Int(client.kilometers)) km",
                "\(Int(client.rttMilliseconds)) ms", expected,
            ]
        }
        return section(
            "Clients of a rehearsal",
            ["CLIENT", "AS", "PLACE", "NEAREST SITE", "AWAY", "RTT BY CABLE", "EXPECTED TO LAND ON"],
            rows, right: [4, 5])
    }

    private var steps: String {
        guard let internet = network.internet else { return "" }
        let names = network.rehearsal.steps.map(\.name).joined(separator: ", ")
        let head =
            "A rehearsal has \(internet.ases.count) ASes around the sites, \(internet.links.count) links between them, "
            + "and these steps:"
        return "\(head)\n  \(names)".fitted(to: Terminal.screenWidth)
    }
}
