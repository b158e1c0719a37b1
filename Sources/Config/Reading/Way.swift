package import YAML

/// One step from a value of the file to one inside it; a list of them is the way to a value, since the typed network holds
/// no positions.
package enum KeyStep: Hashable, Sendable, ExpressibleByStringLiteral {
    case key(String)
    case index(Int)
    /// The key itself, last on a way.
    case name(String)

    package init(stringLiteral key: String) { self = .key(key) }
}

extension Node {
    /// Of the value at the end of a way, or as far towards it as the document goes; of its key, with `.name`.
    package func position(at way: [KeyStep]) -> Position {
        var node = self
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
    package func node(at way: [KeyStep]) -> Node? {
        way.reduce(self as Node?) { node, step in
            switch step {
            case .key(let key): node?[key]
            case .index(let index): node?[index]
            case .name: nil
            }
        }
    }

    /// A way in words: `sites.fra.neighbors.rhine.prepend`. An item of a list goes by its name, or counts from 1.
    package func text(of way: [KeyStep]) -> String {
        var node = self as Node?
        let words = way.map { step -> String in
            switch step {
            case .key(let key), .name(let key):
                node = node?[key]
                return key
            case .index(let index):
                node = node?[index]
                guard case .scalar(let name, _)? = node?["name"]?.content else { return "\(index + 1)" }
                return name
            }
        }
        return words.joined(separator: ".")
    }
}
