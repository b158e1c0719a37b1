internal import Config
internal import DNS
internal import Files

/// The zones of a service, from their files.
enum ZoneFiles {
    private static let mostBytes = 256 << 20

    /// All of them, or what is wrong with the first that can't be used. `file` is the configuration that names them.
    static func load(_ serve: DNSServe, file: String) throws(Refusal) -> Zones {
        var zones: [Zone] = []
        for zone in serve.zones { zones.append(try load(zone, file)) }
        return Zones(zones)
    }

    private static func load(_ zone: ZoneFile, _ file: String) throws(Refusal) -> Zone {
        do {
            return try Zone.parse(try File.read(zone.path, limit: mostBytes), path: zone.path)
        } catch let error as FileError {
            throw .usage("\(file):\(zone.line):\(zone.column): \(error)")
        } catch { throw .usage("\(error)") }
    }

    /// What the service must be able to read.
    static func folders(_ serve: DNSServe, file: String) -> [String] {
        Set(([file] + serve.zones.map(\.path)).map(File.folder)).sorted()
    }
}
