internal import Digest
internal import Files
internal import Glibc
internal import Internet
internal import Kernel

/// An AS graph from a file: CAIDA's text, compressed or not, or a cache of ours.
///
/// A text is parsed once. What came of it is kept in a folder, named after the file's content, so that a changed file is
/// another one and nothing has to be compared.
enum GraphFile {
    /// What a decompressed graph may have; the one of August 2024 has 11 MB.
    private static let limit = 1 << 30
    /// Smaller files are read as fast without.
    private static let leastCached = 1 << 17
    /// The oldest goes when there are more.
    private static let mostCached = 12

    static func read(_ path: String, cache folder: String?) throws(PlanError) -> ASGraph {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: limit) } catch { throw .file(["\(error)"]) }
        if bytes.starts(with: Array("LFASREL".utf8)) {
            return try named(path) { () throws(GraphError) in try GraphCache.decode(bytes) }
        }
        let kept = folder.flatMap { bytes.count < leastCached ? nil : "\($0)/\(SHA256(of: bytes).text).graph" }
        // A damaged one is as good as none.
        if let kept, let known = try? File.read(kept, limit: limit), let graph = try? GraphCache.decode(known) {
            utimensat(AT_FDCWD, kept, nil, 0)
            return graph
        }
        let text: [UInt8]
        do throws(FileError) { text = try File.readDecompressed(path, limit: limit) } catch {
            throw .file(["\(error)"])
        }
        let graph = try named(path) { () throws(GraphError) in try ASGraph(text: text) }
        if let kept, let folder { keep(graph, at: kept, in: folder) }
        return graph
    }

    /// Errors get the file's name.
    private static func named(
        _ path: String, _ read: () throws(GraphError) -> ASGraph
    ) throws(PlanError) -> ASGraph {
        do throws(GraphError) { return try read() } catch {
            throw .file(["\(path):\(error.line == nil ? " " : "")\(error)"])
        }
    }

    /// Where nothing can be kept, nothing is: the next plan takes a moment longer.
    private static func keep(_ graph: ASGraph, at path: String, in folder: String) {
        for (index, character) in zip(folder.indices, folder) where character == "/" && index > folder.startIndex {
            mkdir(String(folder[..<index]), 0o755)
        }
        mkdir(folder, 0o700)
        guard (try? File.write(GraphCache.encode(graph), to: path)) != nil else { return }
        let others = (Folder.names(in: folder) ?? []).filter { $0.hasSuffix(".graph") }.map { "\(folder)/\($0)" }
        let byAge = others.map { (used: lastUse(of: $0), path: $0) }.sorted { $0 < $1 }
        for old in byAge.dropLast(mostCached) { unlink(old.path) }
    }

    private static func lastUse(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mtim.tv_sec : 0
    }

    /// `$XDG_CACHE_HOME/landfall`, or `~/.cache/landfall`.
    static var usualFolder: String? {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        return variable("XDG_CACHE_HOME").map { $0 + "/landfall" } ?? variable("HOME").map { $0 + "/.cache/landfall" }
    }
}

extension PlanOptions {
    /// Where graphs are kept by default.
    package static var usualCacheFolder: String? { GraphFile.usualFolder }
}
