import Config
import DNS
import Files
import Site

/// The file that every verb begins with.
enum Configuration {
    /// For verbs that have nothing more to say about a bad file.
    static func network(_ path: String) throws(Failure) -> Network { try located(path).network }

    /// The same with the file, for verbs that may find more to say about it.
    static func located(_ path: String) throws(Failure) -> (network: Network, file: LocatedFile) {
        do throws(Diagnostics) {
            let file = try locate(path)
            return (try network(in: file), file)
        } catch { throw Failure(error) }
    }

    /// The network in it; all that is wrong with it otherwise.
    static func load(_ path: String) throws(Diagnostics) -> Network {
        try network(in: try locate(path))
    }

    private static func network(in file: LocatedFile) throws(Diagnostics) -> Network {
        guard let network = file.file.network else { throw file.lacking("network", "sites", "services") }
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
        try ZoneFiles.load(network, of: path)
    }
}
