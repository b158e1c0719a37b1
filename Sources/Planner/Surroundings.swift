internal import Config
package import Geo
package import Internet
package import Net

/// The Internet that a plan is made on: who is whose neighbor, and what else is known of the ASes.
package struct Surroundings: Sendable {
    package var graph: ASGraph
    /// By position; empty: nobody says where anybody is.
    package var places: [Place?] = []
    /// Those of the network's own file.
    package var names: [ASN: String] = [:]
    package var source: PlanOptions.GraphSource
    /// For people: `the file's own Internet`, `20240801.as-rel2.txt.bz2`.
    package var description: String

    /// Whether its links are those of IPv4 alone.
    package var isOfIPv4: Bool { source != .own }

    /// `rhine (AS64501)`, `AS3356`.
    package func name(of asn: ASN) -> String { names[asn].map { "\($0) (\(asn))" } ?? "\(asn)" }

    private init(_ graph: ASGraph, _ source: PlanOptions.GraphSource, _ description: String) {
        (self.graph, self.source, self.description) = (graph, source, description)
    }

    static func load(
        _ network: Network, from path: String, _ options: PlanOptions, _ pace: Pace
    ) throws(PlanError) -> Self {
        switch options.graph {
        case .own: return try own(of: network, path)
        case .file(let file):
            pace.begin("reading \(file)")
            return Self(try GraphFile.read(file, cache: options.cacheFolder), options.graph, file)
        case .synthetic(let made):
            pace.begin("making an Internet up")
            let internet = SyntheticInternet(made)
            var one = Self(internet.graph, options.graph, "an Internet that nobody measured (seed \(made.seed))")
            one.places = internet.places
            return one
        }
    }

    /// What the file says of a rehearsal's surroundings is an AS graph as well.
    static func own(of network: Network, _ path: String) throws(PlanError) -> Self {
        guard let internet = network.internet else {
            throw .input(
                "plan: \(path) doesn't say what surrounds the sites (internet); --graph FILE takes CAIDA's AS relationships, "
                    + "--synthetic SEED makes an Internet up")
        }
        let links = internet.links.map { link in
            let (a, b) = (internet.ases[link.a].asn, internet.ases[link.b].asn)
            return link.relation == .transit ? Relationship.provider(a, of: b) : .peers(a, b)
        }
        let graph: ASGraph
        do throws(GraphError) { graph = try ASGraph(links, alone: internet.ases.map(\.asn)) } catch {
            throw .file(["\(path): internet: \(error)"])
        }
        let systems = Dictionary(internet.ases.map { ($0.asn, $0) }, uniquingKeysWith: { first, _ in first })
        var own = Self(graph, .own, "the Internet of \(path)")
        own.names = systems.mapValues(\.name)
        own.places = graph.ases.map { systems[$0]?.place }
        return own
    }
}
