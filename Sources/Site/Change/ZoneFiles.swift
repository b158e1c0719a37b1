package import Config
internal import Daemon
package import DNS
internal import Files

/// The zones of a service, from their files.
package enum ZoneFiles {
    /// Gives the content of a file by its path.
    typealias Reader = (String) throws(FileError) -> [UInt8]

    /// A zone, and the content of the files that it is made of: its own first, then those that it includes.
    struct Read {
        var zone: Zone
        var files: [(path: String, content: [UInt8])]
    }

    /// All of them, or what is wrong with those that can't be used. `file` is the configuration that names them.
    static func load(_ serve: DNSServe, file: String) throws(Refusal) -> Zones {
        do throws(Diagnostics) {
            var zones: [Zone] = []
            for zone in serve.zones { zones.append(try read(zone, of: file, by: fromDisk).zone) }
            let twins = twins(Array(zip(serve.zones, zones.map(\.origin))), of: file)
            guard twins.isEmpty else { throw Diagnostics(all: twins) }
            return Zones(zones)
        } catch { throw .usage("\(error)") }
    }

    /// Those of all services, by their paths; all that is wrong with them otherwise.
    package static func load(_ network: Network, of file: String) throws(Diagnostics) -> [String: Zone] {
        var problems: [Diagnostic] = []
        var zones: [String: Zone] = [:]
        for files in network.services.compactMap({ $0.serve?.dns.zones }) {
            for zone in files where zones[zone.path] == nil {
                do throws(Diagnostics) { zones[zone.path] = try read(zone, of: file, by: fromDisk).zone } catch {
                    problems += error.all
                }
            }
            problems += twins(files.compactMap { zone in zones[zone.path].map { (zone, $0.origin) } }, of: file)
        }
        guard problems.isEmpty else { throw Diagnostics(all: problems) }
        return zones
    }

    private static func fromDisk(_ path: String) throws(FileError) -> [UInt8] {
        try File.read(path, limit: ZoneFile.mostBytes, regular: true)
    }

    /// Files of one service that hold a zone which an earlier one holds: only one of them would ever be answered from.
    static func twins(_ zones: [(file: ZoneFile, origin: Name)], of file: String) -> [Diagnostic] {
        var holders: [Name: ZoneFile] = [:]
        return zones.compactMap { zone in
            guard let holder = holders.updateValue(zone.file, forKey: zone.origin) else { return nil }
            return Diagnostic(
                path: file, line: zone.file.line, column: zone.file.column,
                message: "zones: \(zone.file.path) is the zone \(zone.origin), as \(holder.path) is")
        }
    }

    /// A zone in which nothing is wrong. What can't be read is wrong where it is named.
    static func read(
        _ zone: ZoneFile, of file: String, by reader: @escaping Reader
    ) throws(Diagnostics) -> Read {
        let content: [UInt8]
        do throws(FileError) { content = try reader(zone.path) } catch {
            throw Diagnostics(
                all: [Diagnostic(path: file, line: zone.line, column: zone.column, message: "zones: \(error)")])
        }
        var files = [(path: zone.path, content: content)]
        do throws(ZoneError) {
            let parsed = try Zone.parse(content, path: zone.path) { (path) throws(UnreadableFile) in
                let content = try included(path, by: reader)
                files.append((path, content))
                return content
            }
            return Read(zone: parsed, files: files)
        } catch { throw Diagnostics(error) }
    }

    private static func included(_ path: String, by reader: Reader) throws(UnreadableFile) -> [UInt8] {
        do throws(FileError) { return try reader(path) } catch { throw UnreadableFile("\(error.reason)") }
    }

    /// What the service must be able to read. What can't be read now is none of it.
    static func folders(_ serve: DNSServe, file: String) -> [String] {
        let others = serve.zones.flatMap { zone -> [String] in
            Zone.includedPaths((try? fromDisk(zone.path)) ?? [], path: zone.path) { (path) throws(UnreadableFile) in
                try included(path, by: fromDisk)
            }
        }
        return Set(([file] + serve.zones.map(\.path) + others).map(File.folder)).sorted()
    }
}
