import Config
import Files

/// The file that every verb begins with.
enum Configuration {
    /// As large as the reader of YAML takes.
    private static let mostBytes = 1 << 20

    /// The network in it; all that is wrong with it otherwise.
    static func load(_ path: String) throws(Diagnostics) -> Network {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: mostBytes) } catch {
            throw Diagnostics(all: [Diagnostic(path: path, line: 0, column: 0, message: "\(error.reason)")])
        }
        return try Network.load(text: text, path: path).get()
    }

    /// The same for verbs that have nothing more to say about a bad file.
    static func network(_ path: String) throws(Failure) -> Network {
        do throws(Diagnostics) { return try load(path) } catch { throw Failure(error) }
    }
}
