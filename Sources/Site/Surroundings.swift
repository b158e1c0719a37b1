internal import Config

/// What programs that an agent starts are told of it, in variables of their environment.
struct Surroundings: Sendable {
    var network: String
    var site: String
    var host: String
    /// The control socket, so that `landfall status` finds it.
    var socket: String

    init(_ network: Network, _ site: Config.Site, _ host: Config.Host, socket: String) {
        (self.network, self.site, self.host, self.socket) = (network.name, site.name, host.name, socket)
    }

    var environment: [String] {
        [
            "LANDFALL_NETWORK=\(network)", "LANDFALL_SITE=\(site)", "LANDFALL_HOST=\(host)",
            "LANDFALL_SOCKET=\(socket)",
        ]
    }

    /// For a program that is told of an event; what the event isn't about isn't set.
    func environment(of event: Event) -> [String] {
        let values: [(name: String, value: String?)] = [
            ("EVENT", event.event.rawValue), ("TIME", event.time), ("PREFIX", event.prefix), ("LEVEL", event.level),
            ("NEIGHBORS", event.neighbors?.joined(separator: " ")), ("NEIGHBOR", event.neighbor),
            ("CHECK", event.check), ("ADDRESS", event.address), ("VERDICT", event.verdict),
            ("SERVICE", event.service), ("REASON", event.reason),
        ]
        return environment + values.compactMap { name, value in value.map { "LANDFALL_\(name)=\(plain($0))" } }
    }
}

/// On one line and not too long: neighbors and services write some of these words themselves.
private func plain(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(1000).map { scalar -> Unicode.Scalar in
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars))
}
