import DNS
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
        let checks = keys.required("checks", list(of: .check))
        keys.later("anchor", "capacity")
        guard let addresses, let checks else { return nil }
        self.init(name: keys.label, addresses: addresses, serve: serve, checks: checks)
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

extension Kind where Value == ZoneFile {
    fileprivate static func zoneFile(in folder: String) -> Kind {
        let path = Kind<String>.text("a path", most: 4095)
        return path.map("the path of a zone file") { path, node throws(Refusal) in
            if path.isEmpty { throw Refusal("is empty; it should be the path of a zone file") }
            let whole = path.hasPrefix("/") || folder == "." ? path : folder == "/" ? "/\(path)" : "\(folder)/\(path)"
            return ZoneFile(path: whole, line: node.position.line, column: node.position.column)
        }
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

extension Kind where Value == Check {
    fileprivate static var check: Kind { record("{dns: {name: …, type: …}}") { Check(keys: &$0) } }
}

extension Check {
    fileprivate init?(keys: inout Keys) {
        let dns = keys.optional("dns", record { DNSCheck(keys: &$0) })
        let every = keys.optional("every", .duration(.milliseconds(50) ... .seconds(3600)), default: .seconds(1))
        let timeout =
            keys.optional("timeout", .duration(.milliseconds(10) ... .seconds(60))) ?? min(.milliseconds(500), every)
        let rise = keys.optional("rise", .number(1...100), default: 3)
        let fall = keys.optional("fall", .number(1...100), default: 2)
        let lease = keys.optional("lease", .duration(.milliseconds(100) ... .seconds(86400)))
        keys.later("http", "tcp", "icmp", "program", "slow", "reach", "neighbor")
        if !["dns", "http", "tcp", "icmp", "program"].contains(where: keys.has) {
            keys.refuse("says nowhere what to ask; it should have the key \"dns\"")
        }
        guard let dns else { return nil }
        let policy = Monitor.Policy(rise: rise, fall: fall, lease: lease ?? Self.lease(every, timeout, fall: fall))
        self.init(name: dns.title, kind: .dns(dns), every: every, timeout: timeout, policy: policy)
        if timeout > every {
            keys.refuse(
                "timeout", "\(timeout.text) is longer than every \(every.text): checks would overtake each other")
        }
        if policy.lease < every + timeout {
            let least = every + timeout
            keys.refuse(
                "lease", "\(policy.lease.text) ends before the next result can be there, \(least.text) after the last")
        }
    }

    /// Long enough that failures are found by counting them, at least three intervals: a lease is for a checker that
    /// reports nothing at all.
    static func lease(_ every: Duration, _ timeout: Duration, fall: Int) -> Duration {
        max(every * fall + timeout, every * 3)
    }
}

extension DNSCheck {
    fileprivate init?(keys: inout Keys) {
        let name = keys.required("name", .domain)
        let type = keys.required("type", .recordType)
        let transport = keys.optional("transport", .choice(Transport.self))
        let rcode = keys.optional("rcode", .responseCode, default: .noError)
        let data = keys.optional("data", list(of: Kind<String>.text("record data", most: 1000)))
        guard let name, let type else { return nil }
        self.init(name: name, type: type, transport: transport ?? .udp, rcode: rcode)
        if data != nil, rcode != .noError {
            keys.refuse("data", "is looked at only when rcode is NOERROR; leave one out")
        }
        for text in data ?? [] {
            do throws(DNSError) { self.data.append(try RecordData.parse(text, type: type)) } catch {
                keys.refuse("data", "\(quoted(text)) is not the data of a record of type \(type): \(error)")
            }
        }
    }

    /// How operators know it: `dns www.example.org A`.
    fileprivate var title: String {
        let name = self.name.isRoot ? "." : "\(self.name.description.dropLast())"
        let result = rcode == .noError ? "" : " \(rcode)"
        return "dns \(name) \(type)\(transport == .tcp ? " over TCP" : "")\(result)"
    }
}

extension Kind where Value == Name {
    fileprivate static var domain: Kind {
        scalar("a domain name, such as www.example.org") { text throws(Refusal) in
            do throws(DNSError) { return try Name(text: text, origin: .root) } catch {
                throw Refusal("is not a domain name: \(error)")
            }
        }
    }
}

extension Kind where Value == RecordType {
    fileprivate static var recordType: Kind {
        scalar("a record type, such as A, AAAA, SOA or TYPE65280") { text throws(Refusal) in
            guard let type = RecordType(name: text) else { return nil }
            if type.rawValue == 0 || type == .opt || (128...255).contains(type.rawValue) {
                throw Refusal("is not a type that records have; it should be one such as A, AAAA or SOA")
            }
            return type
        }
    }
}

extension Kind where Value == ResponseCode {
    fileprivate static var responseCode: Kind {
        scalar("a response code, such as NOERROR, NXDOMAIN or REFUSED") { ResponseCode(name: $0) }
    }
}
