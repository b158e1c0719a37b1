import Peers
import Testing

@testable import Config

extension Repository {
    static func bytes(_ path: String) throws -> [UInt8] { Array(try text(path).utf8) }
}

/// Loads text under the name that `path` gives it.
func load(_ text: String, path: String = "landfall.yaml") -> Result<Network, Diagnostics> {
    Network.load(text: Array(text.utf8), path: path)
}

/// The errors in a text, a line each.
func errors(_ text: String, path: String = "landfall.yaml") -> [String] {
    switch load(text, path: path) {
    case .success: []
    case .failure(let problems): problems.all.map(\.description)
    }
}
