import YAML

extension Rehearsal.Expectation {
    init() { self.init(landings: []) }

    init?(keys: inout Keys) {
        self.init()
        let outage = Kind<Duration>.duration(.zero ... .seconds(3600))
        let count = Kind<Int>.number(0...1_000_000)
        medianOutage = keys.optional("median-outage", outage)
        maxOutage = keys.optional("max-outage", outage)
        lost = keys.optional("lost", count)
        lostElsewhere = keys.optional("lost-elsewhere", count)
        lastLost = keys.optional("last-lost", outage)
        queries = keys.optional("queries", .number(1...1_000_000))
        slower = keys.optional("slower", outage)
        withdrawn = keys.optional("withdrawn", .flag)
        withdrawals = keys.optional("withdrawals", count)
        announcements = keys.optional("announcements", count)
        degraded = keys.optional("degraded", .flag)
        connectionsBroken = keys.optional("connections-broken", count)
        landings = keys.optional("landings", Self.landings) ?? []
    }

    fileprivate init?(measuring keys: inout Keys) {
        self.init()
        landings = keys.optional("landings", Self.landings) ?? []
    }

    /// Client to site.
    private static var landings: Kind<[(client: String, site: String)]> {
        let site = Kind<String>.name
        return named(
            "client",
            Kind("the name of a site") { node, label, reading in
                site.read(node, label, &reading).map { (client: label, site: $0) }
            })
    }
}

extension Kind where Value == Rehearsal.Expectation {
    /// What `measure` expects; nothing, when nothing is written.
    static var measured: Kind {
        let whole: Kind = record { Rehearsal.Expectation(measuring: &$0) }
        return Kind(whole.accepts, describe: whole.describe) { node, label, reading in
            node.isNull ? Rehearsal.Expectation() : whole.read(node, label, &reading)
        }
    }
}
