import Config
import DNS
import Files
import Site

/// The file that every verb begins with.
enum Configuration {
    /// For verbs that have nothing more to say about a bad file.
    static func network(_ path: String) throws(Failure) -> Network {
        do throws(Diagnostics) { return try load(path) } catch { throw Failure(error) }
    }

    /// The network in it; all that is wrong with it otherwise.
    static func load(_ path: String) throws(Diagnostics) -> Network {
        let located = try locate(path)
        guard let network = located.file.network else { throw located.lacking("network", "sites", "services") }
        return network
    }

    private static func locate(_ path: String) throws(Diagnostics) -> LocatedFile {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: Network.mostBytes) } catch {
            throw Diagnostics(path, "\(error.reason)")
        }
        return try ConfigurationFile.locate(text: text, path: path).get()
    }

    /// The same, and every zone file that it names is read as well.
    static func loadWithZones(_ path: String) throws(Diagnostics) -> Network {
        let network = try load(path)
        _ = try zones(of: network, path)
        return network
    }

    /// All that can be said about a file that can be used.
    static func lint(_ path: String) throws(Diagnostics) -> (file: ConfigurationFile, findings: [Finding]) {
        let located = try locate(path)
        guard let network = located.file.network else { return (located.file, Lint.findings(in: located)) }
        return (located.file, Lint.findings(in: located, zones: try zones(of: network, path)))
    }

    private static func zones(of network: Network, _ path: String) throws(Diagnostics) -> [String: Zone] {
        try ZoneFiles.load(network.services.flatMap { $0.serve?.dns.zones ?? [] }, of: path)
    }
}
