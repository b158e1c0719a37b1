import Announce
import Config
import Net

/// What `check --json` prints; docs/json.md describes every field.
struct CheckReport: Encodable {
    let schema = "landfall.check/3"
    let ok: Bool
    var errors: [Problem]?
    var file: String?
    var network: Summary?
    var sites: [SiteReport]?
    var services: [ServiceReport]?
    var clients: [ClientReport]?
    var steps: [String]?
    var times: [TimeReport]?
    var routers: [RouterReport]?
    var findings: [FindingReport]?

    init(errors: Diagnostics) {
        ok = false
        self.errors = errors.all.map(Problem.init)
    }

    init(_ path: String, _ file: ConfigurationFile, _ findings: [Finding]) {
        ok = true
        self.file = path
        file.network.map { note($0) }
        if !file.routers.isEmpty { routers = file.routers.map(RouterReport.init) }
        self.findings = findings.map { FindingReport($0, path) }
    }

    private mutating func note(_ network: Network) {
        self.network = Summary(network)
        sites = network.sites.map(SiteReport.init)
        services = network.services.map { ServiceReport($0, network) }
        clients = network.clients.map(ClientReport.init)
        steps = network.internet == nil ? [] : network.rehearsal.steps.map(\.name)
        times = network.sites.flatMap { network.times(at: $0).map(TimeReport.init) }
    }

    struct Problem: Encodable {
        let path: String
        let line: Int
        let column: Int
        let message: String

        init(_ problem: Diagnostic) {
            (path, line, column, message) = (problem.path, problem.line, problem.column, problem.message)
        }
    }

    struct Summary: Encodable {
        let name: String
        let asn: UInt32
        let prefixes: [String]
        let holdTimeMilliseconds: Int64
        let holdDownMilliseconds: Int64

        init(_ network: Network) {
            (name, asn, prefixes) = (network.name, network.asn.rawValue, network.prefixes.map(\.description))
            holdTimeMilliseconds = network.holdTime.wholeMilliseconds
            holdDownMilliseconds = network.announce.holdDown.wholeMilliseconds
        }
    }
}

struct SiteReport: Encodable {
    let name: String
    let place: PlaceReport
    let hosts: [HostReport]
    let bitsPerSecond: UInt64?
    let queriesPerSecond: UInt64?
    let neighbors: [NeighborReport]

    init(_ site: Site) {
        (name, place, hosts) = (site.name, PlaceReport(site.place), site.hosts.map(HostReport.init))
        (bitsPerSecond, queriesPerSecond) = (site.capacity.bitsPerSecond, site.capacity.queriesPerSecond)
        neighbors = site.neighbors.map(NeighborReport.init)
    }
}

struct HostReport: Encodable {
    let name: String
    let unicast: [String]
    let routerID: String

    init(_ host: Host) {
        (name, unicast, routerID) = (host.name, host.unicast.map(\.description), host.routerID.description)
    }
}

struct NeighborReport: Encodable {
    let name: String
    let address: String
    let port: UInt16
    let asn: UInt32
    let role: String
    let passive: Bool
    let holdTimeMilliseconds: Int64
    let prepend: Int
    let med: UInt32?
    let localPref: UInt32?
    let scope: String
    let communities: [String]

    init(_ neighbor: Config.Neighbor) {
        (name, address, port) = (neighbor.name, neighbor.address.description, neighbor.port)
        (asn, role, passive) = (neighbor.asn.rawValue, neighbor.role.rawValue, neighbor.passive)
        (holdTimeMilliseconds, prepend, med) = (neighbor.holdTime.wholeMilliseconds, neighbor.prepend, neighbor.med)
        (scope, localPref) = (neighbor.scope.rawValue, neighbor.role == .internal ? neighbor.localPref ?? 100 : nil)
        communities = neighbor.communities.map(\.description) + neighbor.largeCommunities.map(\.description)
    }
}
