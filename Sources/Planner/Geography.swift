internal import Geo
package import Internet
internal import Net

/// Where everybody is, how long packets take, and what else could be done with the same sites.
package struct Geography: Sendable {
    package let homes: Homes
    /// For what-ifs.
    package let latency: PathLatency
    /// Set once everybody has a round trip.
    package private(set) var comparison: Comparison?
    package private(set) var asymmetry: Asymmetry?
    package let steering: Steering
    /// What the deadline didn't allow, for people.
    package private(set) var late: [String] = []

    /// How many clients are asked for their way back, those that count most.
    private static let waysBack = 200

    init(_ homes: Homes, _ deployment: Deployment, _ graph: ASGraph, _ steering: Steering) {
        (self.homes, self.steering) = (homes, steering)
        latency = PathLatency(graph, homes, sites: deployment.sites.map(\.place), deployment.originations)
    }

    /// What takes plans of its own: each site alone, and the way back of those who count most.
    mutating func compare(
        _ outcome: Outcome, _ plan: Propagation, _ clients: Clients, _ deployment: Deployment, _ pace: Pace
    ) throws(PlanError) {
        do throws(PropagationError) {
            let count = deployment.sites.count
            let unicast = try UnicastTimes(deployment, on: plan.graph, latency) {
                pace.goesOn("sites alone", $0, of: count)
            }
            if !unicast.isComplete { late.append("what each site would be alone") }
            comparison = Comparison(outcome, clients, unicast, homes, deployment, steering)
            asymmetry = try Asymmetry(plan, deployment, clients, limit: Self.waysBack) {
                pace.goesOn("ways back", $0, of: Self.waysBack)
            }
            if pace.isOver { late.append("ways back of all that count most") }
        } catch {
            throw .input("plan: \(error)")
        }
    }
}

extension Surroundings {
    /// From the files given, then from what the surroundings know themselves; then organisations and registrations, if the
    /// numbers of this Internet are real ones.
    func homes(_ options: PlanOptions, _ pace: Pace) throws(PlanError) -> Homes {
        var given: [ASN: Home] = [:]
        var around: [Place: Home] = [:]
        for (position, place) in places.enumerated() {
            guard let place else { continue }
            if around[place] == nil { around[place] = Home(place) }
            given[graph.ases[position]] = around[place]
        }
        var organizations: ASOrganizations?
        for path in options.places {
            pace.begin("reading \(path)")
            switch try DataFile.table(path, PlaceFile.init) {
            case .homes(let table): given.merge(table.homes) { _, new in new }
            case .organizations(let read): organizations = read
            }
        }
        if case .file = options.graph { return Homes(graph, given: given, organizations) }
        return Homes(graph, given: given, organizations, useRegistrations: false)
    }
}

/// A file that says where ASes are, by what it looks like.
private enum PlaceFile {
    case homes(HomeTable)
    case organizations(ASOrganizations)

    init(_ text: [UInt8]) throws(TableError) {
        // CAIDA's text begins with a comment that a table would pass over, but never has one of its formats without bars.
        let start = text.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        let lines = text.prefix(1 << 16).split(separator: UInt8(ascii: "\n"))
        let hasFormat = lines.contains { $0.starts(with: Array("# format:".utf8)) }
        if start == UInt8(ascii: "{") || hasFormat {
            self = .organizations(try ASOrganizations(text))
        } else {
            self = .homes(try HomeTable(text))
        }
    }
}
