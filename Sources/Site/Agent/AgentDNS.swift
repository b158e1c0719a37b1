internal import Config
internal import Control
internal import Daemon
internal import DNS
internal import FoundationEssentials
internal import HTTP
internal import Loop
internal import Nameserver
internal import Net

/// What our own DNS services were asked, for whoever wants to know.
extension Agent {
    /// Whether it is another day, every minute: the clock may have been set.
    func watchDays() {
        for service in services { service.ledger.turn(Date()) }
        let left = Date().startOfDay.timeIntervalSince1970 + 86_400 - Date().timeIntervalSince1970
        loop.after(.seconds(max(0.1, min(60, left)))) { self.watchDays() }
    }

    /// Whose it is, and nothing else yet.
    private func headed<Content>() -> DNSDocument<Content> {
        var document = DNSDocument<Content>()
        (document.head.network, document.head.site, document.head.host) = (network.name, site.name, host.name)
        document.head.time = timestamp()
        return document
    }

    var dnsStats: DNSDocument<DNSStats> {
        var document: DNSDocument<DNSStats> = headed()
        document.services = services.map { DNSStats.Service($0) }
        return document
    }

    var dnsZones: DNSDocument<DNSZones> {
        var document: DNSDocument<DNSZones> = headed()
        document.zones = services.flatMap { service in
            let counts = service.ledger.totals.zones
            return service.outfit.copy.zones.map { zone in
                var shown = DNSZones.Zone()
                (shown.service, shown.name, shown.file) = (service.name, zone.name, zone.path)
                (shown.serial, shown.hash) = (zone.serial, zone.contentHash)
                shown.signaturesEnd = zone.signaturesEnd.map { timestamp(Date(timeIntervalSince1970: Double($0))) }
                (shown.records, shown.names, shown.bytes) = (zone.records, zone.names, zone.bytes)
                shown.queries = counts[zone.name]?.queries ?? 0
                return shown
            }
        }
        return document
    }

    /// Many networks are sorted and written elsewhere: that takes longer than a check may wait.
    func listClients(ofYesterday: Bool, _ reply: @escaping ControlServer.Reply) {
        let head: DNSDocument<DNSClients> = headed()
        let days = services.map { service in
            (service.name, ofYesterday ? service.ledger.yesterday : service.ledger.today)
        }
        loop.offload(to: reloading.keeper) { () -> Response in
            var document = head
            document.services = days.compactMap { name, day in day.map { DNSClients.Service(name, $0) } }
            return .json(document)
        } then: {
            reply($0)
        }
    }
}

extension DNSStats.Service {
    fileprivate init(_ service: ServiceChild) {
        self.init()
        let totals = service.ledger.totals
        (name, since) = (service.name, service.ledger.since)
        channels = DNSStats.Channel.all(totals.counts)
        (all, noZone) = (DNSStats.Answers(totals.all), DNSStats.Answers(totals.counts.nobody))
        connections.open = totals.counts.connections
        connections.accepted = totals.counts.accepted
        connections.rejected = totals.counts.rejected
        connections.abandoned = totals.counts.abandoned
        zones = totals.zones.sorted { $0.key < $1.key }.map { name, counts in
            var zone = DNSStats.Zone()
            (zone.name, zone.answers) = (name, DNSStats.Answers(counts))
            return zone
        }
        today = DNSStats.Day(service.ledger.today)
        yesterday = service.ledger.yesterday.map { DNSStats.Day($0) }
    }
}

extension DNSStats.Channel {
    fileprivate static func all(_ counts: Counts) -> [DNSStats.Channel] {
        QueryChannel.all.map { channel in
            let traffic = counts.channels[channel] ?? Counters.Traffic()
            var shown = DNSStats.Channel()
            (shown.transport, shown.family) = (channel.isTCP ? "tcp" : "udp", channel.isIPv6 ? "ipv6" : "ipv4")
            (shown.queries, shown.answers) = (traffic.queries, traffic.answers)
            (shown.bytesIn, shown.bytesOut) = (traffic.bytesIn, traffic.bytesOut)
            (shown.ignored, shown.dropped) = (traffic.ignored, traffic.dropped)
            return shown
        }
    }
}

extension DNSStats.Answers {
    fileprivate init(_ counts: Counts.Zone) {
        self.init()
        (queries, tcp, truncated) = (counts.queries, counts.tcp, counts.truncated)
        (edns, dnssecOK) = (counts.edns, counts.dnssecOK)
        rcodes = Dictionary(counts.rcodes.map { ("\($0.key)", $0.value) }, uniquingKeysWith: +)
        types = Dictionary(counts.types.map { ($0.key?.description ?? "other", $0.value) }, uniquingKeysWith: +)
    }
}

extension DNSStats.Day {
    fileprivate init(_ day: ServiceDay) {
        self.init()
        (began, ended) = (timestamp(day.began), day.ended.map { timestamp($0) })
        channels = DNSStats.Channel.all(day.totals.counts)
        rcodes = Dictionary(
            day.totals.all.rcodes.map { (Int($0.key.rawValue), $0.value) }, uniquingKeysWith: +)
        let (udp, tcp) = (day.totals.counts.udp, day.totals.counts.tcp)
        func bytes(_ ranges: [Int: UInt64]) -> [Int: UInt64] {
            Dictionary(uniqueKeysWithValues: ranges.map { (16 * $0, $1) })
        }
        (udpRequests, udpResponses) = (bytes(udp.questions), bytes(udp.answers))
        (tcpRequests, tcpResponses) = (bytes(tcp.questions), bytes(tcp.answers))
        (sourcesIPv4, sourcesIPv6) = (day.sources.ipv4, day.sources.ipv6)
        networksIPv6 = day.sources.ipv6Networks
    }
}

extension DNSClients.Service {
    fileprivate init(_ name: String, _ day: ServiceDay) {
        self.init()
        let clients = day.clients?.clients(most: ServiceLedger.mostNetworks) ?? Clients()
        (self.name, began, ended) = (name, timestamp(day.began), day.ended.map { timestamp($0) })
        queries = clients.queries
        networks = clients.networks.map { network in
            var shown = DNSClients.Network()
            (shown.prefix, shown.queries, shown.doubt) = ("\(network.prefix)", network.queries, network.doubt)
            return shown
        }
    }
}
