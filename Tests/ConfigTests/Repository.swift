import Files
import Testing

@testable import Config

/// Files of this repository, found from where this one was compiled.
enum Repository {
    static let root = File.folder(of: File.folder(of: File.folder(of: #filePath)))

    static func bytes(_ path: String) throws -> [UInt8] { try File.read("\(root)/\(path)", limit: 1 << 20) }
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
