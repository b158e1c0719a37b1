import Net
import YAML

extension Kind where Value == Metrics {
    /// A port alone is one on loopback.
    static var metrics: Kind {
        let port = Kind<UInt16>.number(1...UInt16.max)
        let whole = record("{port: …, listen: …}") { Metrics(keys: &$0) }
        return Kind("a port, or {port, listen}", describe: whole.describe) { node, label, reading in
            if case .mapping = node.content { return whole.read(node, label, &reading) }
            return port.read(node, label, &reading).map { Metrics(port: $0) }
        }
    }
}

extension Metrics {
    fileprivate init?(keys: inout Keys) {
        let port = keys.required("port", .number(1...UInt16.max))
        let listening = keys.optional("listen", .listening)
        guard let port, listening != nil || !keys.has("listen") else { return nil }
        self.init(port: port, listening: listening ?? .loopback)
    }
}

extension Kind where Value == Metrics.Listening {
    fileprivate static var listening: Kind {
        let accepts = "loopback, unicast, an IPv4 or IPv6 address, or a list of addresses"
        let addresses = oneOrList(of: Kind<Address>.unicast)
        return Kind(accepts) { node, label, reading in
            switch node.content {
            case .scalar("loopback", _): .loopback
            case .scalar("unicast", _): .unicast
            case .scalar(let text, _) where Address(text) == nil:
                Kind.scalar(accepts) { _ in nil }.read(node, label, &reading)
            default: addresses.read(node, label, &reading).map { .addresses($0) }
            }
        }
    }
}
