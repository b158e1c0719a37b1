import Net
import YAML

/// What only several parts of a file can be wrong about together. The network holds no positions: a rule names the way
/// to a value, and the document says where that stands.
struct Rules {
    let document: Node
    private(set) var problems: [(position: Position, text: String)] = []

    init(_ document: Node) { self.document = document }

    /// The network, complete, if there are no problems afterwards.
    mutating func check(_ draft: Draft) -> Network {
        var network = draft.network
        checkPrefixes(network)
        checkSites(network)
        checkServices(network)
        checkCovers(network)
        checkStandby(network)
        checkLoad(network)
        checkMetrics(network)
        if let internet = draft.internet {
            network.internet = resolve(internet)
            checkInternet(internet, network)
        }
        checkRehearsal(network, internet: draft.internet)
        return network
    }

    mutating func refuse(_ way: Step..., because text: String) { refuse(way, because: text) }

    mutating func refuse(_ way: [Step], because text: String) {
        if problems.count < mostProblems { problems.append((position(at: way), text)) }
    }

    /// Of the value at the end of a way, or as far towards it as the document goes; of its key, with `.name`.
    private func position(at way: [Step]) -> Position {
        var node = document
        for step in way {
            switch step {
            case .key(let key):
                guard let next = node[key] else { return node.position }
                node = next
            case .index(let index):
                guard let next = node[index] else { return node.position }
                node = next
            case .name(let key):
                guard case .mapping(let entries) = node.content else { return node.position }
                return entries.first { $0.key == key }?.position ?? node.position
            }
        }
        return node.position
    }

    /// The value at the end of a way, if there is one.
    func node(at way: [Step]) -> Node? {
        way.reduce(document as Node?) { node, step in
            switch step {
            case .key(let key): node?[key]
            case .index(let index): node?[index]
            case .name: nil
            }
        }
    }

    enum Step: ExpressibleByStringLiteral {
        case key(String)
        case index(Int)
        /// The key itself, last on a way.
        case name(String)

        init(stringLiteral key: String) { self = .key(key) }
    }
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
