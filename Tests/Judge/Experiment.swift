import Files
import FoundationEssentials
import Peers

/// One of the PEERING testbed's experiments with two sites: who was seen to land where while both announced one prefix, and
/// whom the sites are connected to (P. Sermpezis et al. 2021; github.com/sermpezis/bgp-estimation).
struct Experiment {
    /// How somebody found out where an AS lands.
    enum Method: String, CaseIterable {
        case pings = "dp_pings_est"
        case traceroutes = "dp_trace_est_ra"
        case collectors = "cp_bgpstream_est_mon"
    }

    /// `amsterdam01`, the first that announced before.
    var sites: [String]
    /// By AS. Those that were seen at both sites are in none of them.
    var seen: [Method: [UInt32: String]] = [:]
    /// The transit of each site.
    var transits: [String: [UInt32]] = [:]

    /// That of the testbed.
    static let asn = 47065

    static func all(in folder: String) throws -> [Self] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.split(separator: "_").count == 3
        }
        return try names.sorted().map { try Self("\(folder)/\($0)", name: $0) }
    }

    private init(_ folder: String, name: String) throws {
        sites = name.split(separator: "_").dropFirst().map(String.init)
        for method in Method.allCases {
            let text = try File.readDecompressed(
                "\(folder)/\(method.rawValue)_as_to_mux_catchment.json.gz", limit: 1 << 24)
            let landings = try JSONDecoder().decode([String: [String]].self, from: Data(text))
            for (asn, sites) in landings where sites.count == 1 {
                seen[method, default: [:]][UInt32(asn) ?? 0] = sites[0]
            }
        }
        for site in sites { transits[site] = try Self.transits(of: "\(folder)/\(site)_bgpstream_paths.csv") }
    }

    /// The ASes before the testbed's on a tenth or more of the paths that route collectors had while this site alone
    /// announced: its providers. On others lead its peers at the exchanges, to few each.
    private static func transits(of path: String) throws -> [UInt32] {
        let text = try File.readDecompressed(path, limit: 1 << 24)
        var counts: [UInt32: Int] = [:]
        var all = 0
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let path = line.split(separator: "\t").last?.split(separator: ",").compactMap { UInt32($0) } ?? []
            guard let own = path.firstIndex(of: UInt32(asn)), own > 0 else { continue }
            all += 1
            counts[path[own - 1], default: 0] += 1
        }
        return counts.filter { 10 * $0.value >= all }.keys.sorted()
    }

    /// What `landfall plan` is told of it.
    var configuration: String {
        var text = "network: {name: peering, asn: \(Self.asn), prefixes: [184.164.224.0/24]}\nsites:\n"
        for (number, site) in sites.enumerated() {
            text += """
                  \(site):
                    place: {city: \(site), latitude: 0, longitude: 0}
                    hosts: {\(site)h: {unicast: 192.0.2.\(number + 1)}}
                    neighbors:

                """
            for (index, asn) in (transits[site] ?? []).enumerated() {
                let address = "198.51.100.\(100 * number + index + 1)"
                text += "      - {name: as\(asn), address: \(address), asn: \(asn), role: provider}\n"
            }
        }
        return text
            + "services:\n  dns: {addresses: [184.164.224.53], checks: [{tcp: {port: 53}, every: 1s, timeout: 500ms}]}\n"
    }

    /// For `--catchment`.
    func table(_ method: Method) -> String {
        let rows = (seen[method] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)" }
        return (["as,site"] + rows).joined(separator: "\n") + "\n"
    }
}
