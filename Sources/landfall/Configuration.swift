import Config
import DNS
import Files

/// The file that every verb begins with.
enum Configuration {
    /// As large as the reader of YAML takes.
    private static let mostBytes = 1 << 20
    /// Of a zone file: the root zone has 2 MB.
    private static let mostZoneBytes = 256 << 20

    /// For verbs that have nothing more to say about a bad file.
    static func network(_ path: String) throws(Failure) -> Network {
        do throws(Diagnostics) { return try load(path) } catch { throw Failure(error) }
    }

    /// The network in it; all that is wrong with it otherwise.
    static func load(_ path: String) throws(Diagnostics) -> Network {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: mostBytes) } catch {
            throw Diagnostics(all: [Diagnostic(path: path, line: 0, column: 0, message: "\(error.reason)")])
        }
        return try Network.load(text: text, path: path).get()
    }

    /// The same, and every zone file that it names is read as well.
    static func loadWithZones(_ path: String) throws(Diagnostics) -> Network {
        let network = try load(path)
        let files = network.services.flatMap { $0.serve?.dns.zones ?? [] }
        let problems = files.flatMap { self.problems(in: $0, of: path) }
        guard problems.isEmpty else { throw Diagnostics(all: problems) }
        return network
    }

    private static func problems(in file: ZoneFile, of path: String) -> [Diagnostic] {
        do throws(FileError) {
            let text = try File.read(file.path, limit: mostZoneBytes)
            do throws(ZoneError) { _ = try Zone.parse(text, path: file.path) } catch {
                return error.problems.map {
                    Diagnostic(path: $0.path, line: $0.line, column: $0.column, message: $0.reason)
                }
            }
            return []
        } catch {
            return [Diagnostic(path: path, line: file.line, column: file.column, message: "zones: \(error)")]
        }
    }
}
