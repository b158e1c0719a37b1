internal import Config
internal import DNS
internal import Digest
internal import Files
internal import Net

/// A configuration with the zone files that a host serves by it, as all of them were at one moment: what is accepted or
/// refused as a whole, kept, and gone back to.
///
/// Reading one may take long, and is done away from the agent's loop. Everything in it has been checked: what is here
/// can be served.
struct Edition: Sendable {
    /// Of the configuration: what errors begin with, and what relative paths in it are relative to.
    let path: String
    let text: [UInt8]
    let network: Network
    /// For which host it was read.
    let siteHost: SiteHost
    /// What each service of ours is given, by its name.
    let copies: [String: ServiceCopy]
    /// Of the configuration's text.
    let textHash: String
    /// Of all of it.
    let hash: String

    /// From the files that are there now. Of pipes, devices and what is too large nothing is read.
    static func read(_ path: String, at wanted: WantedHost) throws(Diagnostics) -> Edition {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: Network.mostBytes, regular: true) } catch {
            throw Diagnostics(path, "\(error.reason)")
        }
        return try Edition(path, text, at: wanted, by: fromDisk)
    }

    /// The same configuration, with the zone files that are there now.
    func withNewZones(at wanted: WantedHost) throws(Diagnostics) -> Edition {
        try Edition(path, text, at: wanted, by: Self.fromDisk)
    }

    private static func fromDisk(_ path: String) throws(FileError) -> [UInt8] {
        try File.read(path, limit: ZoneFile.mostBytes, regular: true)
    }

    /// Whether the file still says what this is.
    func isAsOnDisk(_ file: String) -> Bool {
        (try? File.read(file, limit: Network.mostBytes, regular: true)) == text
    }

    /// The network alone, when nothing is wrong with it.
    static func network(_ path: String) -> Network? {
        let text = try? File.read(path, limit: Network.mostBytes, regular: true)
        return text.flatMap { try? Network.load(text: $0, path: path).get() }
    }

    /// From a text and zones that somebody kept.
    init(
        _ path: String, _ text: [UInt8], at wanted: WantedHost,
        by reader: @escaping ZoneFiles.Reader
    ) throws(Diagnostics) {
        let network = try Network.load(text: text, path: path).get()
        let siteHost = try wanted.find(in: network, path)
        var copies: [String: ServiceCopy] = [:]
        var problems: [Diagnostic] = []
        for service in network.services {
            guard let serve = service.serve(at: siteHost.site.name) else { continue }
            do throws(Diagnostics) {
                copies[service.name] = try ServiceCopy(serve, of: service, at: siteHost, path, reader)
            } catch { problems += error.all }
        }
        guard problems.isEmpty else { throw Diagnostics(all: problems) }
        (self.path, self.text, self.network, self.copies) = (path, text, network, copies)
        self.siteHost = siteHost
        textHash = SHA256(of: text).text
        let files = copies.keys.sorted().flatMap { copies[$0]?.zones ?? [] }.flatMap(\.files)
        let all = ([textHash] + files.map { "\($0.path) \($0.hash)" }).joined(separator: "\n")
        hash = SHA256(of: Array(all.utf8)).text
    }

    /// What the content of each zone file is known by, included files too.
    var fileHashes: [String: String] {
        Dictionary(copies.values.flatMap(\.zones).flatMap(\.files).map { ($0.path, $0.hash) }) { first, _ in first }
    }

    /// What each zone is known by, with all that it includes, by the path of its file.
    private var zoneHashes: [String: String] {
        let all = copies.values.flatMap(\.zones).map { ($0.path, $0.files.map(\.hash).joined(separator: " ")) }
        return Dictionary(all) { first, _ in first }
    }

    /// What would change if it came after `old`.
    func changes(from old: Edition) -> Changes {
        Changes(
            from: old.network, to: network, site: old.siteHost.site.name, host: old.siteHost.host.name,
            zones: (old.zoneHashes, zoneHashes))
    }
}

/// What the content of a configuration and its zones is known by, as `landfall status` says it of those that are in use;
/// nil where they can't be read, or not be served as they are.
package func contentHash(of path: String, at wanted: WantedHost) -> String? { try? Edition.read(path, at: wanted).hash }
