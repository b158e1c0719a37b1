internal import Config
internal import Net

/// What programs that an agent starts are told of it, in variables of their environment.
struct ProgramEnvironment: Sendable {
    var network: String
    var site: String
    var host: String
    /// The control socket, so that `landfall status` finds it.
    var socket: String
    /// The state folder, so that `landfall events` finds it.
    var state: String

    init(_ network: Network, _ own: SiteHost, socket: String, state: String) {
        (self.network, site, host) = (network.name, own.site.name, own.host.name)
        (self.socket, self.state) = (socket, state)
    }

    var variables: [String] {
        [
            "LANDFALL_NETWORK=\(network)", "LANDFALL_SITE=\(site)", "LANDFALL_HOST=\(host)",
            "LANDFALL_SOCKET=\(socket)", "LANDFALL_STATE=\(state)",
        ]
    }

    /// For a program that is told of an event; what the event isn't about isn't set.
    func variables(of event: Event) -> [String] {
        let values: [(name: String, value: String?)] = [
            ("EVENT", event.event.rawValue), ("CODE", event.code), ("ID", "\(event.id)"), ("TIME", event.time),
            ("ALARM", event.alarm), ("SEVERITY", event.severity), ("PREFIX", event.prefix), ("LEVEL", event.level),
            ("NEIGHBORS", event.neighbors?.joined(separator: " ")), ("NEIGHBOR", event.neighbor),
            ("CHECK", event.check), ("ADDRESS", event.address), ("VERDICT", event.verdict),
            ("REASON", event.reason),
        ]
        // Neighbors and services write some of these words themselves.
        return variables + values.compactMap { name, value in value.map { "LANDFALL_\(name)=\($0.printable(1000))" } }
    }
}
