import Peers

/// Files beside the tests. A test that fails prints the one that its case came from.
enum Vectors {
    private static let folder = Repository.root + "/Tests/DNSTests/Vectors/"

    static func bytes(_ name: String) -> [UInt8] { readBytes(folder + name) ?? [] }

    static func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// The names of the files in a folder, sorted.
    static func list(_ name: String) -> [String] { entries(of: folder + name).map { name + "/" + $0 } }

    /// `00 01 ff`, with comments from `;` on.
    static func hex(_ name: String) -> [UInt8] {
        text(name).split(separator: "\n").flatMap { line in
            line.prefix { $0 != ";" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }
}
