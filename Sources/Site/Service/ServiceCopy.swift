internal import Config
internal import Daemon
internal import Digest
internal import DNS
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Nameserver
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
        /// Whether other hosts may ask which zones are here.
        var tellsZones: Bool
        var tcp: TCP
        var zones: [Zone]
    }

    /// What its clients over TCP may take of each thread.
    struct TCP: Codable, Hashable, Sendable {
        var connections: Int
        var perClient: Int
        var idleMilliseconds: Int64
    }

    /// A file of a zone, within the copy.
    struct Content: Codable, Hashable, Sendable {
        var path: String
        var offset: Int
        var count: Int
        var hash: String
    }

    struct Zone: Codable, Hashable, Sendable {
        /// Its own, then those that it includes.
        var files: [Content]
        /// Its apex.
        var name: String
        var serial: UInt32
        var records: Int
        var names: Int
        /// What it takes of a service's memory.
        var bytes: Int
        /// Of what is in it, however the file writes that.
        var contentHash: String
        /// When the first of its signatures ends, in seconds since 1970, and what that one covers; nil where it isn't signed.
        var signaturesEnd: UInt32?
        var firstToEnd: String?

        var path: String { files.first?.path ?? "" }

        /// What hosts compare.
        var version: String { "\(serial) \(contentHash)" }
    }

    var zones: [Zone] { manifest.zones }

    /// What the service says about itself.
    var identity: ServerIdentity {
        let told = manifest.tellsZones ? zones : []
        let versions = told.compactMap { zone in Name(zone.name).map { ($0, zone.version) } }
        return ServerIdentity(
            identity: manifest.identity, version: manifest.version,
            zones: Dictionary(versions) { first, _ in first })
    }

    /// Reads and checks the zones; `path` is the configuration's.
    init(
        _ serve: DNSServe, of service: Service, at own: SiteHost, _ path: String,
        _ reader: @escaping ZoneFiles.Reader
    ) throws(Diagnostics) {
        do {
            file = try SealedFile(named: "landfall \(service.name)")
            manifest = Manifest(
                identity: serve.identity(at: own), version: serve.version, threads: serve.threads,
                tellsZones: serve.sameData != nil, tcp: TCP(serve.tcp),
                zones: try Self.append(serve.zones, to: file, path, reader))
            hash = try Self.seal(file, manifest)
        } catch let error as Diagnostics {
            throw error
        } catch { throw Diagnostics(path, "\(error)") }
    }

    /// All of them, or all that is wrong with them.
    private static func append(
        _ files: [ZoneFile], to copy: SealedFile, _ path: String, _ reader: @escaping ZoneFiles.Reader
    ) throws -> [Zone] {
        var (zones, problems): ([Zone], [Diagnostic]) = ([], [])
        var origins: [(ZoneFile, Name)] = []
        var offset = 0
        for file in files {
            do {
                let read = try ZoneFiles.read(file, of: path, by: reader)
                var contents: [Content] = []
                for (path, bytes) in read.files {
                    try copy.append(bytes)
                    let hash = SHA256(of: bytes).text
                    contents.append(Content(path: path, offset: offset, count: bytes.count, hash: hash))
                    offset += bytes.count
                }
                zones.append(Zone(read.zone, from: contents))
                origins.append((file, read.zone.origin))
            } catch let error as Diagnostics { problems += error.all }
        }
        problems += ZoneFiles.twins(origins, of: path)
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

    /// The bytes of one of its files; nil when it hasn't so many.
    func content(of content: Content) throws(SystemError) -> [UInt8]? {
        try file.read(at: content.offset, content.count)
    }

    /// The zones, ready to be answered from.
    func load() throws(Refusal) -> Zones {
        do { return Zones(try zones.map(load)) } catch { throw .usage("\(error)") }
    }

    /// One of them.
    func load(_ zone: Zone) throws -> DNS.Zone {
        try DNS.Zone.parse(try content(zone.path, of: zone), path: zone.path) { (path) throws(UnreadableFile) in
            do { return try content(path, of: zone) } catch { throw UnreadableFile("\(error)") }
        }
    }

    private func content(_ path: String, of zone: Zone) throws(SystemError) -> [UInt8] {
        guard let kept = zone.files.first(where: { $0.path == path }), let bytes = try content(of: kept) else {
            throw SystemError("read", path, code: EIO)
        }
        return bytes
    }
}

extension ServiceCopy.TCP {
    init(_ limits: TCPLimits) {
        (connections, perClient) = (limits.connections, limits.perClient)
        idleMilliseconds = limits.idle.wholeMilliseconds
    }

    var limits: Nameserver.Limits {
        var limits = Nameserver.Limits()
        (limits.connections, limits.connectionsPerClient) = (connections, perClient)
        limits.idle = .milliseconds(idleMilliseconds)
        return limits
    }
}

extension ServiceCopy.Zone {
    fileprivate init(_ zone: DNS.Zone, from files: [ServiceCopy.Content]) {
        (self.files, name) = (files, "\(zone.origin)")
        (serial, bytes, records, names) = (zone.serial, zone.byteCount, zone.recordCount, zone.nameCount)
        contentHash = zone.contentHash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let signatures = zone.signatures
        (signaturesEnd, firstToEnd) = (signatures?.expires, signatures?.first)
    }
}

extension DNSServe {
    /// What it calls itself there; nil hides it.
    func identity(at own: SiteHost) -> String? { identity?.expanded(site: own.site.name, host: own.host.name) }
}
