import DNS
import Health
import YAML

extension DNSCheck {
    init?(keys: inout Keys) {
        let name = keys.optional("name", .domain)
        let names = keys.optional("names", list(of: .domain, least: 2, most: 16))
        let type = keys.required("type", .recordType)
        let transport = keys.optional("transport", .choice(Transport.self))
        let port = keys.optional("port", .number(1...UInt16.max))
        let rcode = keys.optional("rcode", .responseCode, default: .noError)
        let data = keys.optional("data", list(of: Kind<String>.text("record data", most: 1000)))
        switch (keys.has("name"), keys.has("names")) {
        case (true, true): keys.refuse("names", "is beside name; write all names into names")
        case (false, false): keys.refuse("\"name\" is missing; it should be \(Kind<Name>.domain.accepts)")
        default: break
        }
        guard let first = name ?? names?.first, let type else { return nil }
        self.init(
            name: first, alternatives: Array((names ?? []).dropFirst()), type: type, transport: transport ?? .udp,
            port: port, rcode: rcode)
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
    var title: String {
        let texts = names.map { $0.isRoot ? "." : "\($0.description.dropLast())" }
        let name = texts.count == 1 ? texts[0] : "\(texts[0]) or \(texts.count - 1) more"
        let result = rcode == .noError ? "" : " \(rcode)"
        return "dns \(name) \(type)\(transport == .tcp ? " over TCP" : "")\(port.map { " port \($0)" } ?? "")\(result)"
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
