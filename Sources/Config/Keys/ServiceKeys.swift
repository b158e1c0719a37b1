import Health
import Net
import YAML

extension Kind where Value == Service {
    static var service: Kind { record { Service(keys: &$0) } }
}

extension Service {
    fileprivate init?(keys: inout Keys) {
        let addresses = keys.required("addresses", list(of: .unicast))
        let serve = keys.optional("serve", record { Serve(keys: &$0) })
        let checks = keys.required("checks", list(of: .check(in: keys.reading.folder)))
        let disable = keys.optional("disable", .path("the path of a file", in: keys.reading.folder))
        let isAnchor = keys.optional("anchor", .flag)
        let capacity = keys.optional("capacity", record("{queries: …}") { ServiceCapacity(keys: &$0) })
        guard let addresses, var checks else { return nil }
        for index in checks.indices { checks[index].disable = disable }
        self.init(
            name: keys.label, addresses: addresses, serve: serve, checks: checks, isAnchor: isAnchor,
            capacity: capacity?.queriesPerSecond)
    }
}

/// What one host can answer of a service.
private struct ServiceCapacity: Sendable {
    var queriesPerSecond: UInt64

    init?(keys: inout Keys) {
        guard let queries = keys.required("queries", .rate) else { return nil }
        queriesPerSecond = queries
    }
}

extension Serve {
    fileprivate init?(keys: inout Keys) {
        let sites = keys.optional("sites", list(of: .name))
        let dns = keys.required("dns", record { DNSServe(keys: &$0) })
        keys.later("http", "balance", "ntp")
        guard let dns else { return nil }
        self.init(sites: sites ?? [], dns: dns)
    }
}

extension DNSServe {
    fileprivate init?(keys: inout Keys) {
        let zones = keys.required("zones", list(of: .zoneFile(in: keys.reading.folder)))
        let identity = keys.optional("identity", .pattern, default: "{site}")
        let version = keys.optional("version", .text("a text"), default: "landfall")
        port = keys.optional("port", .number(1...UInt16.max), default: 53)
        threads = keys.optional("threads", .number(1...64), default: 1)
        sameData = keys.optional("same-data", record("{every: …, after: …}") { SameData(keys: &$0) })
        signatureMargin = keys.optional(
            "signature-margin", .duration(.zero ... .seconds(365 * 86400)), default: .seconds(3 * 86400))
        let tcp = keys.optional("tcp", record("{connections: …, per-client: …, idle: …}") { TCPLimits(keys: &$0) })
        self.tcp = tcp ?? .usual
        keys.later("rate-limit", "transfers", "dnssec", "cookies", "tls")
        guard let zones else { return nil }
        self.zones = zones
        self.identity = identity.isEmpty ? nil : identity
        self.version = version.isEmpty ? nil : version
        for (index, zone) in zones.enumerated() where zones[..<index].contains(where: { $0.path == zone.path }) {
            keys.refuse("zones", "\(quoted(zone.path)) is here twice")
        }
    }
}

extension TCPLimits {
    fileprivate static let usual = TCPLimits(connections: 20_000, perClient: 100, idle: .seconds(10))

    /// Clients are told how long they may be idle in tenths of a second, of which 65,535 are the most (RFC 7828 §3.1).
    fileprivate init?(keys: inout Keys) {
        let usual = Self.usual
        connections = keys.optional("connections", .number(1...1_000_000), default: usual.connections)
        perClient = keys.optional("per-client", .number(1...1_000_000), default: usual.perClient)
        idle = keys.optional("idle", .duration(.seconds(1) ... .seconds(3600)), default: usual.idle)
    }
}

extension SameData {
    fileprivate init?(keys: inout Keys) {
        every = keys.optional("every", .duration(.seconds(1) ... .seconds(86400)), default: .seconds(60))
        after = keys.optional("after", .duration(.zero ... .seconds(7 * 86400)), default: .seconds(600))
    }
}

extension Kind where Value == ZoneFile {
    fileprivate static func zoneFile(in folder: String) -> Kind {
        Kind<String>.path("the path of a zone file", in: folder).map { path, node in
            ZoneFile(path: path, line: node.position.line, column: node.position.column)
        }
    }
}

extension Kind where Value == String {
    /// Relative paths are relative to the folder of the configuration file.
    static func path(_ accepts: String, in folder: String) -> Kind {
        Kind<String>.text("a path", most: 4095).map(accepts) { path, _ throws(Refusal) in
            if path.isEmpty { throw Refusal("is empty; it should be \(accepts)") }
            return path.hasPrefix("/") || folder == "." ? path : folder == "/" ? "/\(path)" : "\(folder)/\(path)"
        }
    }
}

extension String {
    /// `{site}` and `{host}` replaced.
    package func expanded(site: String, host: String) -> String {
        replacing("{site}", with: site).replacing("{host}", with: host)
    }
}

extension Kind where Value == String {
    /// Text in which `{site}` and `{host}` are replaced.
    fileprivate static var pattern: Kind {
        text("a text").map { text, _ throws(Refusal) in
            let rest = text.split(separator: "{site}", omittingEmptySubsequences: false).flatMap {
                $0.split(separator: "{host}", omittingEmptySubsequences: false)
            }
            if rest.contains(where: { $0.contains("{") || $0.contains("}") }) {
                throw Refusal("\(quoted(text)) has braces that mean nothing; {site} and {host} are replaced")
            }
            return text
        }
    }
}
