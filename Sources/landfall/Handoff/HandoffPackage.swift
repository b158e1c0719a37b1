import Config
import Dialect
import Digest
import Files
import Net

/// All that is handed over for one site: texts for routers, ROAs and route objects.
struct HandoffPackage {
    let file: String
    /// SHA-256 of the file alone, as `sha256sum` prints it.
    let hash: String
    let network: Network
    let site: Site
    let handoffs: [Handoff]

    /// - Parameter neighbors: names of those that it is for; none: all of the site.
    init(_ path: String, site name: String, neighbors: [String]) throws(Failure) {
        let text: [UInt8]
        do throws(FileError) { text = try File.read(path, limit: Network.mostBytes) } catch {
            throw Failure(Diagnostics(path, "\(error.reason)"))
        }
        do throws(Diagnostics) { network = try Network.load(text: text, path: path).get() } catch {
            throw Failure(error)
        }
        (file, hash) = (path, SHA256(of: text).text)
        site = try Self.site(name, in: network, path)
        let known = site.neighbors.map(\.name)
        if let strange = neighbors.first(where: { !known.contains($0) }) {
            throw Failure("handoff: --neighbor \(strange): site \(site.name) has \(known.joined(separator: ", "))")
        }
        handoffs = Handoff.all(
            of: network, at: site, for: site.neighbors.filter { neighbors.isEmpty || neighbors.contains($0.name) },
            source: "From \(path.printable()), SHA-256 \(hash).")
    }

    private static func site(_ name: String, in network: Network, _ path: String) throws(Failure) -> Site {
        if let site = network.sites.first(where: { $0.name == name }) { return site }
        let known = network.sites.map(\.name).joined(separator: ", ")
        throw Failure("handoff: --site \(name): \(path) has \(known)")
    }

    /// What the texts leave open, with what belongs there.
    var placeholders: [(name: String, meaning: String)] {
        let hosts = handoffs.flatMap(\.sessions).filter { $0.hostAddress == nil }.map { session in
            (session.placeholder, "the address that host \(session.host) opens its session from")
        }
        let passwords = handoffs.flatMap(\.sessions).filter(\.hasPassword).map { session in
            (session.passwordPlaceholder, "the TCP-MD5 password that was agreed on for \(session.neighbor)")
        }
        let rest = [
            (Self.maintainer, "your maintainer object in the registry"),
            (Self.source, "the registry: RIPE, ARIN, APNIC, RADB, …"),
        ]
        return (hosts + passwords).reduce(into: []) { found, one in
            if !found.contains(where: { $0.0 == one.0 }) { found.append(one) }
        } + rest
    }

    static let maintainer = "<YOUR-MAINTAINER>"
    static let source = "<REGISTRY>"

    func routeObject(_ origin: RouteOrigin) -> String {
        origin.routeObject(description: network.name, maintainer: Self.maintainer, source: Self.source)
    }
}
