import Control
import HTTP
import Net

extension Invocation {
    /// Sorting many networks takes the agent a moment.
    private static let patience = Duration.seconds(20)

    func dnsClients() throws(Failure) -> Exit {
        let path = has("yesterday") ? "/dns/clients/yesterday" : "/dns/clients"
        var document: DNSDocument<DNSClients> = try ask(Request("GET", path), within: Self.patience)
        document.services = try chosen(document.services, \.name)
        guard !document.services.isEmpty || has("json") else {
            let why = has("yesterday") ? "no day is over since the agent began" : "this host answers no queries itself"
            throw Failure(.expectationFailed, "dns: \(why)")
        }
        if let most = try top {
            for index in document.services.indices {
                document.services[index].networks = Array(document.services[index].networks.prefix(most))
            }
        }
        if has("csv") {
            if has("json") { throw Failure("dns: --csv and --json exclude each other") }
            let own = try status().prefixes.compactMap { Prefix($0.prefix) }
            Terminal.print(document.content.table(at: document.head.site, without: own))
        } else {
            give(document, document.content.text)
        }
        return .done
    }

    /// nil: all of them.
    private var top: Int? {
        get throws(Failure) {
            guard let text = value("top") else { return has("csv") || has("json") ? nil : 20 }
            guard let number = Int(text), number > 0, text.utf8.count < 10, !text.hasPrefix("+") else {
                throw Failure("dns: --top \"\(text.printable(100))\" should be how many, such as 100")
            }
            return number
        }
    }
}

extension DNSClients {
    /// As landfall plan --catchment reads it. A network weighs what it has surely asked. Our own checks ask from the
    /// addresses that they check, which is no landing.
    fileprivate func table(at site: String, without own: [Prefix]) -> String {
        var weights: [String: UInt64] = [:]
        var order: [String] = []
        for network in services.flatMap(\.networks) {
            if let prefix = Prefix(network.prefix), own.contains(where: { $0.contains(prefix) }) { continue }
            if weights[network.prefix] == nil { order.append(network.prefix) }
            weights[network.prefix, default: 0] &+= max(1, network.queries - min(network.doubt, network.queries))
        }
        return (["prefix,site,weight"] + order.map { "\($0.printable()),\(site.printable()),\(weights[$0] ?? 1)" })
            .joined(separator: "\n")
    }

    fileprivate var text: String {
        services.map { service in
            let until = service.ended.map { " to \($0)" } ?? ""
            let head = "\(service.name.printable()): \(service.queries) queries from \(service.began)\(until)"
            let rows = service.networks.map { network in
                [
                    network.prefix.printable(), "\(network.queries)",
                    DNSStats.Service.percent(network.queries, of: service.queries), "\(network.doubt)",
                ]
            }
            let table = Table(header: ["NETWORK", "QUERIES", "SHARE", "DOUBT"], rows, rightAligned: [1, 2, 3]).text
            return rows.isEmpty ? head : head + "\n" + table
        }.joined(separator: "\n\n")
    }
}
