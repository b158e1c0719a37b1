internal import Config
internal import Daemon
internal import Digest
internal import DNS
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Net

/// All that `landfall serve` gets of a configuration: what it says about itself, and the zones, as they were accepted.
/// It is a sealed file in memory, so the service needs no file of the disk, at its start or at any restart after a
/// crash; whoever edits a zone file changes nothing before the agent has accepted the edit, and a service that somebody
/// broke into changes nothing for the next one.
///
///     ┌────────┬────────┬───┬──────────┬─────────────────┐
///     │ zone 1 │ zone 2 │ … │ manifest │ its length, u64 │
///     └────────┴────────┴───┴──────────┴─────────────────┘
///
/// The manifest stands at the end, since it is known when the zones have been written.
struct ServiceCopy: Sendable {
    let file: SealedFile
    let manifest: Manifest
    /// Of all of it: equal copies make equal services.
    let hash: String

    struct Manifest: Codable, Hashable, Sendable {
        /// After `{site}` and `{host}` were replaced; nil hides it.
        var identity: String?
        var version: String?
        var threads: Int
        var zones: [Zone]
    }

    struct Zone: Codable, Hashable, Sendable {
        var path: String
        var offset: Int
        var count: Int
        var hash: String
        /// Its apex.
        var name: String
        var serial: UInt32
        var records: Int
        var names: Int
        /// What it takes of a service's memory.
        var bytes: Int
        /// Of what is in it, however the file writes that.
        var contentHash: String
    }

    var zones: [Zone] { manifest.zones }

    /// Reads and checks the zones; `path` is the configuration's.
    init(
        _ serve: DNSServe, of service: Service, at own: SiteHost, _ path: String,
        _ read: (ZoneFile) throws(FileError) -> [UInt8]
    ) throws(Diagnostics) {
        do {
            file = try SealedFile(named: "landfall \(service.name)")
            manifest = Manifest(
                identity: serve.identity(at: own), version: serve.version, threads: serve.threads,
                zones: try Self.append(serve.zones, to: file, path, read))
            hash = try Self.seal(file, manifest)
        } catch let error as Diagnostics {
            throw error
        } catch { throw Diagnostics(path, "\(error)") }
    }

    /// All of them, or all that is wrong with them.
    private static func append(
        _ files: [ZoneFile], to copy: SealedFile, _ path: String, _ read: (ZoneFile) throws(FileError) -> [UInt8]
    ) throws -> [Zone] {
        var (zones, problems): ([Zone], [Diagnostic]) = ([], [])
        var offset = 0
        for file in files {
            do {
                let (bytes, zone) = try ZoneFiles.checked(file, path, read)
                try copy.append(bytes)
                zones.append(Zone(file, zone, at: offset, bytes))
                offset += bytes.count
            } catch let error as Diagnostics { problems += error.all }
        }
        guard problems.isEmpty else { throw Diagnostics(all: problems) }
        return zones
    }

    private static func seal(_ file: SealedFile, _ manifest: Manifest) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = Array(try encoder.encode(manifest))
        try file.append(json)
        try file.append((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (56 - 8 * $0)) })
        try file.seal()
        return SHA256(of: json).text
    }

    /// One that was handed to this process; nil when it isn't whole.
    init?(handed file: SealedFile) throws(SystemError) {
        let end = file.count - 8
        guard let length = try file.read(at: end, 8) else { return nil }
        let count = length.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let count = Int(exactly: count), count <= end, let json = try file.read(at: end - count, count),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(json))
        else { return nil }
        (self.file, self.manifest, hash) = (file, manifest, SHA256(of: json).text)
    }

    /// The bytes of one of its zones; nil when it hasn't so many.
    func content(of zone: Zone) throws(SystemError) -> [UInt8]? { try file.read(at: zone.offset, zone.count) }

    /// The zones, ready to be answered from.
    func load() throws(Refusal) -> Zones {
        do {
            return Zones(
                try zones.map { zone in
                    guard let bytes = try content(of: zone) else { throw SystemError("read", zone.path, code: EIO) }
                    return try DNS.Zone.parse(bytes, path: zone.path)
                })
        } catch { throw .usage("\(error)") }
    }
}

extension ServiceCopy.Zone {
    fileprivate init(_ file: ZoneFile, _ zone: DNS.Zone, at offset: Int, _ content: [UInt8]) {
        (path, self.offset, count, hash) = (file.path, offset, content.count, SHA256(of: content).text)
        (name, serial, bytes) = ("\(zone.origin)", zone.serial, zone.byteCount)
        (records, names, contentHash) = (zone.recordCount, zone.nameCount, "")
    }
}

extension DNSServe {
    /// What it calls itself there; nil hides it.
    func identity(at own: SiteHost) -> String? { identity?.expanded(site: own.site.name, host: own.host.name) }
}
