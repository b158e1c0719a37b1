import Geo
import Net
import YAML

/// The Internet's own values: addresses, prefixes, ASNs, communities, places.
extension Kind where Value == Address {
    static var address: Kind { scalar("an IPv4 or IPv6 address") { Address($0) } }

    static var unicast: Kind {
        scalar("an IPv4 or IPv6 address") { text throws(Refusal) in
            guard let address = Address(text) else { return nil }
            try refuseSpecial(address)
            return address
        }
    }
}

extension Kind where Value == Address {
    /// Link-local ones as well, which mean something together with an interface.
    static var onLink: Kind {
        scalar("an IPv4 or IPv6 address") { text throws(Refusal) in
            guard let address = Address(text) else { return nil }
            if !address.isLinkLocal { try refuseSpecial(address) }
            return address
        }
    }
}

private func refuseSpecial(_ address: Address) throws(Refusal) {
    if address.isLinkLocal {
        throw Refusal("is link-local, which is not supported by this version; use a global address")
    }
    if address.isLoopback { throw Refusal("is a loopback address; nobody else reaches it") }
    if address.isMulticast { throw Refusal("is a multicast address; it should be unicast") }
    if address.isUnspecified { throw Refusal("is the unspecified address; it should be one host's") }
}

extension Kind where Value == Prefix {
    /// Something of one's own.
    static var prefix: Kind {
        anyPrefix.map { prefix, node throws(Refusal) in
            guard prefix.length == 0 else { return prefix }
            throw Refusal("\(quoted("\(prefix)")) is the whole Internet; it should be your own prefix")
        }
    }

    /// Host bits are refused: whoever writes them may mean something else.
    static var anyPrefix: Kind {
        scalar("a prefix, such as 203.0.113.0/24 or 2001:db8:113::/48") { text throws(Refusal) in
            if let prefix = Prefix(text) { return prefix }
            if let address = Address(text) {
                throw Refusal("has no length; write \(Prefix(host: address)) for it alone")
            }
            guard let slash = text.lastIndex(of: "/"), let address = Address(text[..<slash]),
                let length = Int(text[text.index(after: slash)...]), let network = Prefix(address, length: length)
            else { return nil }
            throw Refusal(
                "has host bits set; write \(network) for the network, or the host's own /\(address.family.width)")
        }
    }
}

extension Kind where Value == ASN {
    static var asn: Kind {
        scalar("an AS number from 1 to 4294967294, such as 65000") { text throws(Refusal) in
            guard let asn = ASN(text) else { return nil }
            if asn.isReserved { throw Refusal("is reserved and names nobody (RFC 7607, 6793, 7300)") }
            return asn
        }
    }
}

extension Kind where Value == RouterID {
    static var routerID: Kind {
        scalar("four numbers like an IPv4 address, not 0.0.0.0") { text in
            guard let bits = Address(text)?.v4, bits > 0 else { return nil }
            return RouterID(rawValue: bits)
        }
    }
}

extension Kind where Value == Community {
    static var community: Kind {
        let names = Community.names.map(\.name)
        return scalar("a community, such as 65000:100, or one of \(names.joined(separator: ", "))") {
            text throws(Refusal) in
            if let community = Community(text) { return community }
            guard let near = nearest(to: text, among: names) else { return nil }
            throw Refusal("is not a community; did you mean \"\(near)\"?")
        }
    }
}

extension Kind where Value == LargeCommunity {
    static var largeCommunity: Kind { scalar("a large community, such as 65000:1:2") { LargeCommunity($0) } }
}

extension Kind where Value == Place {
    static var place: Kind {
        let accepts = "the IATA code of an airport, such as FRA, or {city, latitude, longitude}"
        let hint = { @Sendable (text: String) -> String? in
            let likely = Airport.suggestions(for: text).map { "\($0.code) (\($0.place.name))" }
            return likely.isEmpty ? nil : "did you mean \(either(likely))?"
        }
        let airport = Kind.scalar(accepts, hint: hint) { Airport(code: $0)?.place }
        let coordinates = record { Place(keys: &$0) }
        return Kind(accepts, describe: coordinates.describe) { node, label, reading in
            if case .mapping = node.content { return coordinates.read(node, label, &reading) }
            return airport.read(node, label, &reading)
        }
    }
}

extension Place {
    fileprivate init?(keys: inout Keys) {
        let city = keys.required("city", .text("a name", most: 64))
        let latitude = keys.required("latitude", .degrees(90))
        let longitude = keys.required("longitude", .degrees(180))
        guard let city, let latitude, let longitude else { return nil }
        self.init(name: city, latitude: latitude, longitude: longitude)
    }
}

extension Kind where Value == Double {
    fileprivate static func degrees(_ most: Double) -> Kind {
        scalar("degrees from -\(Int(most)) to \(Int(most)), such as 50.03") { text in
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }),
                let value = Double(text), abs(value) <= most
            else { return nil }
            return value
        }
    }
}
