package import Announce
import Net
import YAML

extension DisplacedLoads {
    /// What is read of a file.
    package static let mostBytes = Network.mostBytes

    /// Reads a table of displaced load (docs/displaced-load.md), as YAML or JSON. Everything that is wrong with it is
    /// reported at once.
    ///
    /// Pure: `path` is only what errors begin with.
    package static func load(text: [UInt8], path: String) -> Result<Self, Diagnostics> {
        let document: Node
        do throws(YAMLError) { document = try Node.parse(text) } catch {
            return .failure(Diagnostics([(position: error.position, text: "\(error.problem)")], path))
        }
        var reading = Reading()
        let kind: Kind<Self> = record("a table of displaced load") { Self(keys: &$0) }
        guard let table = kind.read(document, "the table", &reading), reading.problems.isEmpty else {
            return .failure(Diagnostics(reading.problems, path))
        }
        return .success(table)
    }

    fileprivate init?(keys: inout Keys) {
        let version = keys.required("displaced-load", .number(0...Int.max))
        if let version, version != Self.version {
            keys.refuse("displaced-load", "version \(version), and this Landfall reads \(Self.version)")
        }
        let network = keys.required("network", .name)
        let prefix = keys.required("prefix", .prefix)
        let made = keys.required("made", .utcSecond)
        let basis = keys.required("basis", .text("how far the plan can be trusted"))
        let sites = keys.required("sites", named("site", record { Site(keys: &$0) }))
        guard version != nil, let network, let prefix, let made, let basis, let sites else { return nil }
        self.init(network: network, prefix: prefix, made: made, basis: basis, sites: sites)
        checkNames(&keys)
    }

    /// A site that gets something is one of the table's, and another one.
    private func checkNames(_ keys: inout Keys) {
        let names = Set(sites.map(\.name))
        for site in sites {
            for row in [site.withdrawn, site.degraded] + site.neighbors.compactMap(\.withdrawn) {
                guard let gain = row.to.first(where: { !names.contains($0.site) }) else { continue }
                keys.refuse("sites", "\(site.name): load moves to \(quoted(gain.site)), which is no site of the table")
            }
            if site.withdrawn.to.contains(where: { $0.site == site.name }) {
                keys.refuse("sites", "\(site.name): when it withdraws, nothing moves to itself")
            }
        }
    }
}

extension DisplacedLoads.Site {
    fileprivate init?(keys: inout Keys) {
        let load = keys.required("load", .load)
        let capacity = keys.optional("capacity", .load)
        let withdrawn = keys.required("withdrawn", .row)
        let degraded = keys.required("degraded", .row)
        let neighbors = keys.optional("neighbors", named("neighbor", record { DisplacedLoads.Neighbor(keys: &$0) }))
        guard let load, let withdrawn, let degraded else { return nil }
        self.init(
            name: keys.label, load: load, capacity: capacity, withdrawn: withdrawn, degraded: degraded,
            neighbors: neighbors ?? [])
    }
}

extension DisplacedLoads.Neighbor {
    fileprivate init?(keys: inout Keys) {
        let asn = keys.required("asn", .asn)
        let withdrawn = keys.optional("withdrawn", .row)
        guard let asn else { return nil }
        self.init(name: keys.label, asn: asn, withdrawn: withdrawn)
    }
}

extension Kind where Value == DisplacedLoads.Row {
    fileprivate static var row: Kind {
        record("{lost: 0, to: {…}}") { keys in
            let lost = keys.required("lost", .load)
            let gains = keys.optional("to", named("site", record { DisplacedLoads.Gain(keys: &$0) }))
            return lost.map { DisplacedLoads.Row(to: gains ?? [], lost: $0) }
        }
    }
}

extension DisplacedLoads.Gain {
    fileprivate init?(keys: inout Keys) {
        let load = keys.required("load", .load)
        let added = keys.required("added", .load)
        let most = keys.optional("most", .load)
        guard let load, let added else { return nil }
        self.init(site: keys.label, load: load, added: added, most: most)
    }
}

extension Kind where Value == Double {
    /// Queries a second.
    fileprivate static var load: Kind { decimal(0...DisplacedLoads.mostLoad) }
}

extension Kind where Value == UTCSecond {
    fileprivate static var utcSecond: Kind {
        scalar("a time such as 2026-11-21T23:02:47Z (RFC 3339, in UTC, whole seconds)") { UTCSecond($0) }
    }
}
