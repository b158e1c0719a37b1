package import Config
internal import Daemon
package import DNS
internal import Files

/// The zones of a service, from their files.
package enum ZoneFiles {
    /// All of them, or what is wrong with those that can't be used. `file` is the configuration that names them.
    static func load(_ serve: DNSServe, file: String) throws(Refusal) -> Zones {
        do throws(Diagnostics) {
            var zones: [Zone] = []
            for zone in serve.zones { zones.append(try parsed(try bytes(zone, file, read), zone)) }
            return Zones(zones)
        } catch { throw .usage("\(error)") }
    }

    /// Files of whichever service, by their paths; all that is wrong with them otherwise.
    package static func load(_ files: [ZoneFile], of file: String) throws(Diagnostics) -> [String: Zone] {
        var problems: [Diagnostic] = []
        var zones: [String: Zone] = [:]
        for zone in files {
            do throws(Diagnostics) { zones[zone.path] = try parsed(try bytes(zone, file, read), zone) } catch {
                problems += error.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(all: problems) }
        return zones
    }

    private static func read(_ zone: ZoneFile) throws(FileError) -> [UInt8] {
        try File.read(zone.path, limit: ZoneFile.mostBytes)
    }

    /// The content of a zone file in which nothing is wrong, and the zone.
    static func checked(
        _ zone: ZoneFile, _ file: String, _ read: (ZoneFile) throws(FileError) -> [UInt8]
    ) throws(Diagnostics) -> ([UInt8], Zone) {
        let bytes = try bytes(zone, file, read)
        return (bytes, try parsed(bytes, zone))
    }

    /// What can't be read is wrong where the configuration names it.
    private static func bytes(
        _ zone: ZoneFile, _ file: String, _ read: (ZoneFile) throws(FileError) -> [UInt8]
    ) throws(Diagnostics) -> [UInt8] {
        do throws(FileError) { return try read(zone) } catch {
            throw Diagnostics(
                all: [Diagnostic(path: file, line: zone.line, column: zone.column, message: "zones: \(error)")])
        }
    }

    private static func parsed(_ bytes: [UInt8], _ zone: ZoneFile) throws(Diagnostics) -> Zone {
        do throws(ZoneError) { return try Zone.parse(bytes, path: zone.path) } catch {
            throw Diagnostics(error)
        }
    }

    /// What the service must be able to read.
    static func folders(_ serve: DNSServe, file: String) -> [String] {
        Set(([file] + serve.zones.map(\.path)).map(File.folder)).sorted()
    }
}
