import Config
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
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: Network.mostBytes) } catch {
            throw Diagnostics(path, "\(error.reason)")
        }
        return try Network.load(text: text, path: path).get()
    }

    /// The same, and every zone file that it names is read as well.
    static func loadWithZones(_ path: String) throws(Diagnostics) -> Network {
        let network = try load(path)
        try ZoneFiles.check(network.services.flatMap { $0.serve?.dns.zones ?? [] }, of: path)
        return network
    }
}
