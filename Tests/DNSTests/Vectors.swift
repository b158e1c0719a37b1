import Glibc

/// Files beside the tests. A test that fails prints the one that its case came from.
enum Vectors {
    private static let folder = String(#filePath.dropLast("Vectors.swift".utf8.count)) + "Vectors/"

    static func bytes(_ name: String) -> [UInt8] {
        guard let file = unsafe fopen(folder + name, "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var byte = unsafe fgetc(file)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = unsafe fgetc(file)
        }
        return bytes
    }

    static func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// The names of the files in a folder, sorted.
    static func list(_ name: String) -> [String] {
        guard let directory = unsafe opendir(folder + name) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let file = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !file.hasPrefix(".") { names.append(name + "/" + file) }
        }
        return names.sorted()
    }

    /// `00 01 ff`, with comments from `;` on.
    static func hex(_ name: String) -> [UInt8] {
        text(name).split(separator: "\n").flatMap { line in
            line.prefix { $0 != ";" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }
}
