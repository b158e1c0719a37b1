package import Config
package import Internet
package import Net

/// Who would land where: a network on an Internet, with everything that was read for it.
package struct Plan: Sendable {
    package let prefix: Prefix
    package let surroundings: Surroundings
    package let deployment: Deployment
    package let clients: Clients
    /// For what-ifs; its routes are what was predicted, whatever was measured.
    package var propagation: Propagation
    package let outcome: Outcome
    package let summary: Summary
    package let geography: Geography
    package let trust: Trust
    /// What was read of a table of weights.
    package let weights: Weights?
    package let catchment: Catchment?
    /// How the prediction compares with the catchment.
    package let score: Score?
    /// Whether there are origins to map prefixes by.
    package let mapsPrefixes: Bool
    /// What the plan leaves out or only approximates, a sentence each.
    package let notes: [String]

    /// - Parameters:
    ///   - path: of the network's file, for errors.
    ///   - place: of a value in it; nil: nobody knows, and errors have its path alone.
    package init(
        _ network: Network, from path: String, _ options: PlanOptions, _ pace: Pace = Pace(),
        place: (([KeyStep]) -> String)? = nil
    ) throws(PlanError) {
        let prefix = try options.prefix(in: network)
        var surroundings = try Surroundings.load(network, from: path, options, pace)
        let homes = try surroundings.homes(options, pace)
        surroundings.places = homes.allPlaces
        var deploying = Deploying(network, prefix, on: surroundings, skipsUnknown: options.skipsUnknown)
        let deployment = try deploying.deployment(try options.tieBreak(surroundings), place ?? { _ in path })
        let inputs = try Inputs(surroundings, deployment, options, pace)
        pace.begin("finding routes")
        do throws(PropagationError) { propagation = try deployment.propagation(on: surroundings.graph) } catch {
            throw .input("plan: \(error)")
        }
        pace.begin("looking at ties")
        var outcome = pace.isOver ? Outcome(propagation) : Outcome(withTies: &propagation)
        score = inputs.catchment.map { Score(outcome, $0, inputs.clients) }
        if let catchment = inputs.catchment { outcome.measure(catchment) }
        pace.begin("reckoning round trips")
        var geography = Geography(homes, deployment, surroundings.graph, options.steering)
        outcome.addRoundTrips(geography.latency, propagation)
        try geography.compare(outcome, propagation, inputs.clients, deployment, pace)
        self.geography = geography
        trust = Trust(score)
        summary = Summary(outcome, inputs.clients, sites: deployment.sites.count, trust)
        (self.prefix, self.surroundings, self.deployment, self.outcome) = (prefix, surroundings, deployment, outcome)
        (clients, weights, catchment) = (inputs.clients, inputs.weights, inputs.catchment)
        mapsPrefixes = options.origins != nil
        var late =
            outcome.knowsTies ? [] : ["The deadline passed before ties were looked at: BY TIES is the share itself."]
        late += geography.late.map { "The deadline passed before this was found: \($0)." }
        notes = Self.families(prefix, network, surroundings) + deploying.notes + late
    }

    /// What the graph's family has to do with the prefix's.
    private static func families(_ prefix: Prefix, _ network: Network, _ surroundings: Surroundings) -> [String] {
        guard prefix.family == .ipv6, surroundings.isOfIPv4 else { return [] }
        return [
            "\(prefix) is IPv6, and the graph knows the links of IPv4: networks that buy or peer otherwise for IPv6 land "
                + "elsewhere."
        ]
    }
}

extension PlanOptions {
    fileprivate func prefix(in network: Network) throws(PlanError) -> Prefix {
        let known = network.prefixes
        guard let prefix else {
            guard let first = known.first(where: { $0.family == .ipv4 }) ?? known.first else {
                throw .input("plan: the network announces no prefix")
            }
            return first
        }
        guard known.contains(prefix) else {
            throw .input(
                "plan: --prefix \(prefix) isn't the network's; \(known.map { "\($0)" }.joined(separator: ", ")) are")
        }
        return prefix
    }

    fileprivate func tieBreak(_ surroundings: Surroundings) throws(PlanError) -> TieBreak {
        switch ties ?? (graph == .own ? .routerID : .lowestASN) {
        case .lowestASN: return .lowestASN
        case .routerID: return .ofRouters(surroundings.graph)
        case .nearest: break
        }
        guard surroundings.places.contains(where: { $0 != nil }) else {
            throw .input("plan: --ties nearest: nobody says where the ASes of \(surroundings.description) are")
        }
        return .nearest(surroundings.places)
    }
}

extension TieBreak {
    /// What decides at last between the routers of a rehearsal (RFC 4271 §9.1.2.2 (f)): they have the numbers of their ASes
    /// as router IDs, and sites those of their hosts.
    static func ofRouters(_ graph: ASGraph) -> TieBreak {
        .routerID(graph.ases.map { RouterID(rawValue: $0.rawValue) })
    }
}

/// Weights and landings, as far as they are given.
private struct Inputs {
    var clients: Clients
    var weights: Weights?
    var catchment: Catchment?

    init(
        _ surroundings: Surroundings, _ deployment: Deployment, _ options: PlanOptions, _ pace: Pace
    ) throws(PlanError) {
        let graph = surroundings.graph
        var origins: Origins?
        if let path = options.origins {
            pace.begin("reading \(path)")
            origins = try DataFile.origins(path)
        }
        switch options.weights {
        case .ases: clients = Clients(of: graph)
        case .cone:
            pace.begin("counting customer cones")
            clients = Clients(conesOf: graph)
        case .table(let path):
            pace.begin("reading \(path)")
            let read = try DataFile.table(path) { text throws(TableError) in try Weights(text, for: graph, origins) }
            (weights, clients) = (read, read.clients)
        }
        clients.places = surroundings.places
        if let load = options.queriesPerSecond { clients.scale(toPeak: load) }
        if let path = options.catchment {
            pace.begin("reading \(path)")
            let names = deployment.sites.map(\.name)
            catchment = try DataFile.table(path) { text throws(TableError) in
                try Catchment(text, for: graph, sites: names, origins)
            }
        }
    }
}
