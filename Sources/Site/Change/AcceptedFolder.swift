internal import Config
internal import Control
internal import Digest
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Net

/// The folder `accepted` in the state folder: what was accepted, on the disk.
///
///     accepted/index.json           an `AcceptedIndex`
///     accepted/0a1b…                content, under its SHA-256
///
/// Content is written before the index that names it, and removed after the index that doesn't: whenever the power goes,
/// the index is whole, and so is all that it names. What is read is held against its hash. Every call may take long, and
/// is made away from the agent's loop.
struct AcceptedFolder: Sendable {
    let path: String

    private static let mostIndex = 16 << 20

    init(state: String) { path = state + "/accepted" }

    private var indexPath: String { path + "/index.json" }

    /// What is kept; empty when nothing ever was.
    func index() throws(FileError) -> AcceptedIndex {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(indexPath, limit: Self.mostIndex, regular: true) } catch {
            if error.reason == .system(ENOENT) { return AcceptedIndex() }
            throw error
        }
        guard let index = try? JSONDecoder().decode(AcceptedIndex.self, from: Data(bytes)),
            index.isSound
        else { throw FileError(indexPath, .system(EBADMSG)) }
        return index
    }

    /// Keeps an edition as the one that counts; returns what is kept then.
    func accept(_ edition: Edition, by: String, at time: String) throws(FileError) -> AcceptedIndex {
        makeFolder()
        var index = (try? index()) ?? AcceptedIndex()
        let text = AcceptedIndex.Content(path: edition.path, hash: edition.textHash, bytes: edition.text.count)
        try keep(text.hash) { edition.text }
        var files = [text]
        for copy in edition.copies.keys.sorted().compactMap({ edition.copies[$0] }) {
            for file in copy.zones.flatMap(\.files) where !files.contains(where: { $0.path == file.path }) {
                try keep(file.hash) { try? copy.content(of: file) }
                files.append(AcceptedIndex.Content(path: file.path, hash: file.hash, bytes: file.count))
            }
        }
        index.accept(files, hash: edition.hash, path: edition.path, by: by, at: time)
        try write(index)
        return index
    }

    /// Makes what is in use the copy that counts, whatever the file says; keeps it first where it isn't kept.
    func hold(_ inUse: InUse, because reason: String) throws(FileError) -> AcceptedIndex {
        let hash = inUse.edition.hash
        var index = (try? index()) ?? AcceptedIndex()
        if index[inUse.number]?.hash != hash, !index.all.contains(where: { $0.hash == hash }) {
            index = try accept(inUse.edition, by: "rollback", at: inUse.accepted)
        }
        let named = index[inUse.number].flatMap { $0.hash == hash ? $0 : nil }
        index.pin((named ?? index.all.last { $0.hash == hash })?.number, because: reason)
        try write(index)
        return index
    }

    /// One that is kept, as it was accepted.
    func edition(_ entry: AcceptedIndex.Entry, at wanted: WantedHost) throws(Diagnostics) -> Edition {
        do {
            guard let text = entry.files.first else { throw FileError(indexPath, .system(EBADMSG)) }
            let bytes = try content(text.hash)
            return try Edition(entry.path, bytes, at: wanted) { (path) throws(FileError) in
                guard let kept = entry.files.first(where: { $0.path == path }) else {
                    throw FileError(path, .system(ENOENT))
                }
                return try content(kept.hash)
            }
        } catch let error as FileError {
            throw Diagnostics(error.path, "\(error.reason)")
        } catch let error as Diagnostics {
            throw error
        } catch { throw Diagnostics(path, "\(error)") }
    }

    /// Its network alone.
    func network(_ entry: AcceptedIndex.Entry) -> Network? {
        let text = entry.files.first.flatMap { try? content($0.hash) }
        return text.flatMap { try? Network.load(text: $0, path: entry.path).get() }
    }

    // MARK: Content

    private func file(_ hash: String) -> String { "\(path)/\(hash)" }

    /// The folder is ours alone, as the state folder is; one that can't be made fails at the first write.
    private func makeFolder() { mkdir(path, 0o700) }

    /// Writes what isn't there yet, or not whole.
    private func keep(_ hash: String, _ bytes: () -> [UInt8]?) throws(FileError) {
        if (try? content(hash)) != nil { return }
        guard let bytes = bytes() else { throw FileError(file(hash), .system(EIO)) }
        try File.write(bytes, to: file(hash), mode: 0o600)
    }

    private func content(_ hash: String) throws(FileError) -> [UInt8] {
        guard hash.utf8.count == 64, hash.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") }) else {
            throw FileError(indexPath, .system(EBADMSG))
        }
        let bytes = try File.read(file(hash), limit: ZoneFile.mostBytes, regular: true)
        guard SHA256(of: bytes).text == hash else { throw FileError(file(hash), .system(EBADMSG)) }
        return bytes
    }

    private func write(_ index: AcceptedIndex) throws(FileError) {
        guard let text = json(index, isPretty: true) else { throw FileError(indexPath, .system(EINVAL)) }
        try File.write(Array((text + "\n").utf8), to: indexPath, mode: 0o600)
        sweep(keeping: index)
    }

    /// Removes what no index names any more, and what a writer that was killed had begun.
    private func sweep(keeping index: AcceptedIndex) {
        let kept = index.contents
        for name in Folder.names(in: path) ?? [] {
            if name.hasSuffix(".tmp") || name.utf8.count == 64 && kept[name] == nil { unlink("\(path)/\(name)") }
        }
    }
}
