internal import Config
internal import Daemon
internal import Files
internal import Net
internal import RIB

/// A configuration as it was read at one moment: what is accepted or refused as a whole. Passwords that stand in files of
/// their own are part of it.
struct RouterEdition: Sendable {
    let name: String
    let configuration: Router.Configuration

    /// Reading may take long, and is done away from the router's loop. Of pipes and devices nothing is read.
    ///
    /// - Parameter name: which router of the file; nil: its only one.
    static func read(_ path: String, named name: String?) throws(Refusal) -> RouterEdition {
        let routers: [BorderRouter]
        do throws(Diagnostics) { routers = try self.routers(of: path) } catch { throw Refusal(error) }
        let router = try choose(name, among: routers, path)
        if let excess = excess(router.neighbors.count) { throw .usage("\(path): \(router.name): \(excess)") }
        do throws(PasswordError) {
            return RouterEdition(name: router.name, configuration: try Router.Configuration(router))
        } catch { throw Refusal(error) }
    }

    /// Why a router can't have so many neighbors; nil: it can.
    static func excess(_ neighbors: Int) -> String? {
        neighbors > RIB.mostNeighbors
            ? "\(neighbors) neighbors; one router can have \(RIB.mostNeighbors): share them among several" : nil
    }

    private static func routers(of path: String) throws(Diagnostics) -> [BorderRouter] {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: Network.mostBytes, regular: true) } catch {
            throw Diagnostics(path, "\(error.reason)")
        }
        let located = try ConfigurationFile.locate(text: text, path: path).get()
        guard !located.file.routers.isEmpty else { throw located.lacking("routers") }
        return located.file.routers
    }

    private static func choose(
        _ name: String?, among routers: [BorderRouter], _ path: String
    ) throws(Refusal) -> BorderRouter {
        let known = routers.map(\.name).joined(separator: ", ")
        guard let name else {
            if let only = routers.first, routers.count == 1 { return only }
            throw .usage("--name is missing, and \(path) has several routers: \(known)")
        }
        if let router = routers.first(where: { $0.name == name }) { return router }
        throw .usage("--name \(name): \(path) has \(known)")
    }
}
