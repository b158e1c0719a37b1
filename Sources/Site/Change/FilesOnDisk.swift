internal import Config
internal import Control
internal import Daemon
internal import Digest
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Loop

/// Whether the configuration and its zones, on the disk, are still what an agent runs: the first thing to know when somebody
/// says "but I have changed that".
///
/// Files are read again only when their stamp says that they have changed, so that zones of hundreds of MiB cost nothing
/// while nobody touches them.
struct FilesOnDisk: Sendable {
    /// Of the edition that they are held against.
    let edition: String
    fileprivate var files: [Watched]

    init(of edition: Edition, at path: String) {
        self.edition = edition.hash
        let zones = edition.fileHashes.sorted { $0.key < $1.key }
        files = [Watched(path: path, hash: edition.textHash)] + zones.map { Watched(path: $0.key, hash: $0.value) }
    }

    /// What tells that a file is another one than before, without reading it.
    struct Stamp: Hashable, Sendable {
        let device, inode, seconds, nanoseconds, size: Int

        init(of path: String) throws(FileError) {
            var about = Glibc.stat()
            guard stat(path, &about) == 0 else { throw FileError(path, .system(errno)) }
            (device, inode) = (Int(truncatingIfNeeded: about.st_dev), Int(truncatingIfNeeded: about.st_ino))
            (seconds, nanoseconds) = (about.st_mtim.tv_sec, about.st_mtim.tv_nsec)
            size = Int(about.st_size)
        }
    }

    fileprivate struct Watched: Sendable {
        var path: String
        var hash: String
        var stamp: Stamp?
        var finding: Finding?
    }

    enum Finding: Hashable, Sendable {
        case same
        case differs
        case unreadable(String)
    }

    /// All of them at once; nil before they were looked at.
    var finding: Finding? {
        let all = files.compactMap(\.finding)
        guard all.count == files.count else { return nil }
        return all.first { if case .unreadable = $0 { true } else { false } }
            ?? (all.contains(.differs) ? .differs : .same)
    }

    /// When the youngest that differs was written: seconds since 1970.
    var written: Int? { files.filter { $0.finding == .differs }.compactMap { $0.stamp?.seconds }.max() }

    /// Waits for the disk.
    mutating func look() {
        for index in files.indices { files[index].look() }
    }
}

extension FilesOnDisk.Watched {
    mutating func look() {
        let now: FilesOnDisk.Stamp
        do throws(FileError) { now = try FilesOnDisk.Stamp(of: path) } catch {
            return (stamp, finding) = (nil, .unreadable("\(error)"))
        }
        guard now != stamp else { return }
        stamp = now
        do throws(FileError) {
            let bytes = try File.read(path, limit: ZoneFile.mostBytes, regular: true)
            finding = SHA256(of: bytes).text == hash ? .same : .differs
        } catch { (stamp, finding) = (nil, .unreadable("\(error)")) }
    }
}

extension Agent {
    private static let lookAgain = Duration.seconds(5)

    /// Every few seconds, by the thread that reads configurations.
    func followFiles() {
        guard !isStopping else { return }
        let files =
            filesOnDisk.flatMap { $0.edition == inUse.edition.hash ? $0 : nil }
            ?? FilesOnDisk(of: inUse.edition, at: options.file)
        let displaced = displacedFile
        loop.offload(to: reloading.reader) { [files, displaced] () -> (FilesOnDisk, DisplacedFile?) in
            var (files, displaced) = (files, displaced)
            files.look()
            displaced?.look()
            return (files, displaced)
        } then: { found in
            (self.filesOnDisk, self.displaced) = found
            self.tellDisplaced()
            self.loop.after(Self.lookAgain) { self.followFiles() }
        }
    }

    /// Nothing is told of files that were looked at before what runs now.
    func tellFiles(_ told: inout Status.Configuration) {
        guard let files = filesOnDisk, files.edition == inUse.edition.hash else { return }
        switch files.finding {
        case nil: break
        case .same: told.onDisk = "same"
        case .differs:
            told.onDisk = "differs"
            told.written = files.written.map { timestamp(Date(timeIntervalSince1970: Double($0))) }
        case .unreadable(let reason): (told.onDisk, told.unreadable) = ("unreadable", reason)
        }
    }
}
