import Control
import FoundationEssentials
import HTTP
import Net

extension Verb {
    private static let what = "stats|zones|clients|reload|query"

    static let dns = Verb(
        name: "dns",
        summary: "What this host's DNS services were asked, and by whom; ask one yourself.",
        description: """
            stats counts queries, answers, response codes and types, since the agent began: a service that is started again
            goes on counting. zones lists what is served, with serial numbers and a hash of the content, which is the same
            wherever the same records are served. clients lists the networks that asked, /24 and /48, since midnight UTC, in
            bounded memory: DOUBT says how many of its queries may have been those of a network that is no longer listed.
            With --csv it is the table that landfall plan --catchment reads. reload reads the zone files again, and nothing
            else: a zone with an error in it changes nothing, and is printed as file:line:column (2). query asks a service of
            this host, or the server --at, and prints the answer; exit code 1 where there is none.

            docs/dns-service.md has more about all of it.
            """,
        arguments: [
            Argument(name: what, summary: "What to do."),
            Argument(name: "DOMAIN", summary: "For query: the name that is asked for.", isRequired: false),
            Argument(name: "TYPE", summary: "For query: A otherwise.", isRequired: false),
        ],
        options: [
            Option(name: "service", value: "NAME", summary: "Of this service only."),
            Option(name: "rssac002", summary: "stats as the metrics of RSSAC002, in YAML: of yesterday (UTC)."),
            Option(name: "today", summary: "With --rssac002: of today, as far as it has got."),
            Option(name: "yesterday", summary: "clients: from midnight to midnight (UTC), not since the last."),
            Option(
                name: "top", value: "N", summary: "clients: so many networks, 20 otherwise; with --csv or --json all."),
            Option(name: "csv", summary: "clients: print prefix,site,weight, for landfall plan --catchment."),
            Option(name: "dry-run", summary: "reload: say what would change, and do nothing."),
            Option(name: "at", value: "ADDRESS", summary: "query: whom to ask; the first service address otherwise."),
            Option(name: "port", value: "N", summary: "query: 53 otherwise."),
            Option(name: "tcp", summary: "query: over TCP."),
            Option(name: "dnssec", summary: "query: with signatures (DO)."),
            .socket, .json,
        ],
        examples: [
            ("landfall dns stats", "what was asked, and how it was answered"),
            ("landfall dns stats --rssac002", "yesterday, as root servers publish it"),
            ("landfall dns zones --json | jq -r '.zones[] | [.name, .serial, .hash] | @tsv'", "what is served here"),
            ("landfall dns clients --top 5", "who asks most"),
            ("landfall dns clients --csv | tee measured.csv", "for landfall plan --catchment measured.csv"),
            ("landfall dns reload --dry-run", "whether the zone files can be used, and what would change"),
            ("landfall dns reload", "serve the zone files as they are now"),
            ("landfall dns query www.example.org AAAA --dnssec", "what a service of this host answers"),
        ]
    ) { invocation throws(Failure) in
        let what = try invocation.required(what)
        try invocation.refuseStrangers(to: what)
        switch what {
        case "stats": return try invocation.dnsStats()
        case "zones": return try invocation.dnsZones()
        case "clients": return try invocation.dnsClients()
        case "reload": return try invocation.dnsReload()
        case "query": return try invocation.dnsQuery()
        default:
            throw Failure("dns: \"\(what.printable(100))\" should be one of \(Self.what.replacing("|", with: ", "))")
        }
    }

    /// Which options and arguments belong to what.
    fileprivate static let dnsOptions: [String: Set<String>] = [
        "rssac002": ["stats"], "today": ["stats"], "yesterday": ["clients"], "top": ["clients"], "csv": ["clients"],
        "dry-run": ["reload"], "at": ["query"], "port": ["query"], "tcp": ["query"], "dnssec": ["query"],
        "service": ["stats", "zones", "clients"],
    ]
}

extension Invocation {
    /// An option that would be passed over is a slip.
    fileprivate func refuseStrangers(to what: String) throws(Failure) {
        let strange = Verb.dnsOptions.sorted { $0.key < $1.key }.first { has($0.key) && !$0.value.contains(what) }
        if let (option, users) = strange {
            let whose = users.sorted().joined(separator: ", ")
            throw Failure("dns: --\(option) is for \(whose), not for \(what.printable(100))")
        }
        if what != "query", let surplus = argument("DOMAIN") {
            throw Failure("dns: \"\(surplus.printable(100))\" is one argument too many for \(what.printable(100))")
        }
    }

    /// Of one service, where that is asked for.
    func chosen<Service>(_ services: [Service], _ name: (Service) -> String) throws(Failure) -> [Service] {
        guard let wanted = value("service") else { return services }
        let found = services.filter { name($0) == wanted }
        guard found.isEmpty else { return found }
        let known = Set(services.map(name)).sorted().map { $0.printable() }.joined(separator: ", ")
        throw Failure(
            "dns: --service \(wanted.printable(100)): the agent serves \(known.isEmpty ? "nothing itself" : known)")
    }

    fileprivate func dnsZones() throws(Failure) -> Exit {
        var document: DNSDocument<DNSZones> = try ask(Request("GET", "/dns/zones"))
        document.zones = try chosen(document.zones, \.service)
        if document.zones.isEmpty, !has("json") {
            Terminal.say("This host serves no zone.")
            return .done
        }
        let rows = document.zones.map { zone in
            [
                zone.name.printable(), "\(zone.serial)", "\(zone.records)", Self.mebibytes(zone.bytes),
                "\(zone.queries)", String(zone.hash.prefix(16)).printable(), zone.service.printable(),
                zone.file.printable(),
            ]
        }
        let header = ["ZONE", "SERIAL", "RECORDS", "MIB", "QUERIES", "HASH", "SERVICE", "FILE"]
        give(document, Table(header: header, rows, rightAligned: [1, 2, 3, 4]).text)
        return .done
    }

    private static func mebibytes(_ bytes: Int) -> String {
        let tenths = (Double(bytes) / 1_048_576 * 10).whole(.up)
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    fileprivate func dnsReload() throws(Failure) -> Exit {
        var order = ReloadOrder()
        (order.zones, order.dryRun) = (true, has("dry-run"))
        return try reload(Request(order: order, to: "/reload"))
    }
}
