import Net
import YAML

/// What only several parts of a file can be wrong about together. The network holds no positions: a rule names the way
/// to a value, and the document says where that stands.
struct Rules {
    let document: Node
    private(set) var problems: [(position: Position, text: String)] = []

    init(_ document: Node) { self.document = document }

    /// The file's meaning, complete, if there are no problems afterwards.
    mutating func check(_ draft: Draft) -> ConfigurationFile {
        checkRouters(draft.routers)
        return ConfigurationFile(
            network: draft.network.map { check($0) }, routers: draft.routers, accepted: draft.accepted)
    }

    private mutating func check(_ parts: NetworkParts) -> Network {
        var network = parts.network
        checkPrefixes(network)
        checkSites(network)
        checkServices(network)
        checkCovers(network)
        checkStandby(network)
        checkLoad(network)
        checkMetrics(network)
        if let internet = parts.internet {
            network.internet = resolve(internet)
            checkInternet(internet, network)
        }
        checkRehearsal(network, internet: parts.internet)
        return network
    }

    mutating func refuse(_ way: Step..., because text: String) { refuse(way, because: text) }

    mutating func refuse(_ way: [Step], because text: String) {
        if problems.count < mostProblems { problems.append((document.position(at: way), text)) }
    }

    func node(at way: [Step]) -> Node? { document.node(at: way) }

    typealias Step = KeyStep
}

/// Finds what was there before.
struct Seen<Value: Hashable> {
    private var owners: [Value: String] = [:]

    /// Whose it is already; else it is `owner`'s from now on.
    mutating func take(_ value: Value, for owner: String) -> String? {
        if let first = owners[value] { return first }
        owners[value] = owner
        return nil
    }
}
