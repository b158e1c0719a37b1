/// What record data consists of. One table says what a type is called, how its data is read from text, shown as text,
/// checked and unpacked from the wire, and where its names are: a new type is a line.
enum Field: Hashable, Sendable {
    case ipv4
    case ipv6
    /// A name; in the types of RFC 1035 it may be compressed in messages, in no others (RFC 3597 §4).
    case name(String)
    /// Any number of names, up to the end.
    case names(String)
    case u8(String)
    case u16(String)
    case u32(String)
    case u64(String)
    /// A number that has names, too.
    case mnemonic(String, Mnemonics)
    /// Seconds, as a number or with units: `1h30m`.
    case seconds(String)
    /// A moment: `20261122084500`, or seconds since 1970 (RFC 4034 §3.2).
    case moment(String)
    /// A type: `MX`, `TYPE65280`.
    case type(String)
    /// One character string, and one that may be left out at the end.
    case string(String)
    case optionalString(String)
    /// One or more character strings, up to the end.
    case strings
    /// Text up to the end, with no length before it (RFC 8659 §4.1, RFC 7553 §4.4).
    case text(String)
    /// Letters and digits behind their count (RFC 8659 §4.1).
    case tag(String)
    /// Bytes up to the end, in as many words as one likes.
    case base64(String)
    case hex(String)
    /// The same, `-` for none at all.
    case optionalBase64(String)
    /// Bytes behind their count, in one word, `-` for none (RFC 5155 §3.3).
    case salt
    /// Bytes behind their count, in base 32 (RFC 5155 §3.3).
    case hash
    /// Types up to the end, as a bitmap (RFC 4034 §4.1.2).
    case types
    /// Pairs of digits, as many as bytes, between dashes: `00-00-5e-00-53-2a`.
    case pairs(Int, String)
    /// Four groups of four digits between colons: `2001:db8:1140:1000`.
    case groups(String)
    /// `0x47000580…`
    case nsap
    /// What only one type, or two, have: each in a file of its own.
    case location
    case prefixes
    case parameters
    case gateway(Gateway)
    case hostIdentity

    /// What an error says when text is missing or wrong.
    var wanted: String {
        switch self {
        case .ipv4: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .name(let role), .names(let role): "the name of \(role)"
        case .u8(let role): "\(role), 0 to 255,"
        case .u16(let role): "\(role), 0 to 65535,"
        case .u32(let role): "\(role), 0 to 4294967295,"
        case .u64(let role): "\(role), 0 to 18446744073709551615,"
        case .mnemonic(let role, let names): "\(role), 0 to \(names.most) or like \(names.example),"
        case .seconds(let role): "\(role), seconds or like 1h30m,"
        case .moment(let role): "\(role), like 20261231235959 or in seconds since 1970,"
        case .type(let role): "\(role), like A or TYPE65280,"
        case .string(let role), .optionalString(let role), .text(let role): role
        case .strings: "a string"
        case .tag(let role): "\(role), letters and digits,"
        case .base64(let role): "\(role) in base 64"
        case .hex(let role): "\(role) in hexadecimal"
        case .optionalBase64(let role): "\(role) in base 64, or -,"
        case .salt: "the salt in hexadecimal, or -,"
        case .hash: "a hash in base 32"
        case .types: "a type, like A or TYPE65280,"
        case .pairs(let count, let role): "\(role), \(count) pairs of hexadecimal digits between dashes,"
        case .groups(let role): "\(role), four groups of four hexadecimal digits between colons,"
        case .nsap: "an address, hexadecimal digits after 0x,"
        case .location: "a location, like 51 30 12 N 0 7 39 W 10m,"
        case .prefixes: "a prefix, like 1:192.0.2.0/24 or !2:2001:db8::/32,"
        case .parameters: "a parameter, like alpn=h2 or key65280=text,"
        case .gateway: "a gateway of that type"
        case .hostIdentity: "a host identity tag in hexadecimal"
        }
    }
}

/// A type of the registry.
struct RecordFormat: Sendable {
    let type: RecordType
    let name: String
    let fields: [Field]

    private init(_ value: UInt16, _ name: String, _ fields: Field...) {
        (type, self.name, self.fields) = (RecordType(rawValue: value), name, fields)
    }

    private static let key: [Field] = [.u16("the flags"), .u8("the protocol"), .algorithm, .base64("the key")]
    private static let signature: [Field] = [
        .type("the type covered"), .algorithm, .u8("the labels"), .seconds("the original TTL"),
        .moment("the expiration"), .moment("the inception"), .u16("the key tag"), .name("the signer"),
        .base64("the signature"),
    ]
    private static let digest: [Field] = [.u16("the key tag"), .algorithm, .u8("the digest type"), .hex("the digest")]
    private static let association: [Field] = [
        .u8("the usage"), .u8("the selector"), .u8("the matching type"), .hex("the data"),
    ]
    private static let binding: [Field] = [.u16("the priority"), .name("the target"), .parameters]

    private init(_ value: UInt16, _ name: String, like fields: [Field]) {
        (type, self.name, self.fields) = (RecordType(rawValue: value), name, fields)
    }

    /// IANA "Resource Record (RR) TYPEs". What was given up long ago (NULL, WKS, A6, NXT, SINK, …) is written as
    /// `\# length hex`, like what is unknown here.
    static let all: [Self] = [
        Self(1, "A", .ipv4),  // RFC 1035 §3.4.1
        Self(2, "NS", .name("a name server")),  // RFC 1035 §3.3.11
        Self(3, "MD", .name("a mail server")),  // RFC 1035 §3.3.4
        Self(4, "MF", .name("a mail server")),  // RFC 1035 §3.3.5
        Self(5, "CNAME", .name("the target")),  // RFC 1035 §3.3.1
        Self(
            6, "SOA",  // RFC 1035 §3.3.13
            .name("the primary server"), .name("the mailbox"), .u32("the serial"), .seconds("refresh"),
            .seconds("retry"), .seconds("expire"), .seconds("minimum")),
        Self(7, "MB", .name("the mailbox's host")),  // RFC 1035 §3.3.3
        Self(8, "MG", .name("a mailbox")),  // RFC 1035 §3.3.6
        Self(9, "MR", .name("the new mailbox")),  // RFC 1035 §3.3.8
        Self(12, "PTR", .name("the target")),  // RFC 1035 §3.3.12
        Self(13, "HINFO", .string("the machine"), .string("the system")),  // RFC 1035 §3.3.2
        Self(14, "MINFO", .name("the responsible mailbox"), .name("the mailbox for errors")),  // RFC 1035 §3.3.7
        Self(15, "MX", .u16("the preference"), .name("a mail server")),  // RFC 1035 §3.3.9
        Self(16, "TXT", .strings),  // RFC 1035 §3.3.14
        Self(17, "RP", .name("the mailbox"), .name("the text")),  // RFC 1183 §2.2
        Self(18, "AFSDB", .u16("the subtype"), .name("a server")),  // RFC 1183 §1
        Self(19, "X25", .string("an address")),  // RFC 1183 §3.1
        Self(20, "ISDN", .string("an address"), .optionalString("a subaddress")),  // RFC 1183 §3.2
        Self(21, "RT", .u16("the preference"), .name("an intermediate host")),  // RFC 1183 §3.3
        Self(22, "NSAP", .nsap),  // RFC 1706 §5
        Self(23, "NSAP-PTR", .name("the target")),  // RFC 1348 §5
        Self(24, "SIG", like: signature),  // RFC 2535 §4.5
        Self(25, "KEY", like: key),  // RFC 2535 §3.7
        Self(26, "PX", .u16("the preference"), .name("an RFC 822 domain"), .name("an X.400 domain")),  // RFC 2163 §4
        Self(27, "GPOS", .string("the longitude"), .string("the latitude"), .string("the altitude")),  // RFC 1712 §3
        Self(28, "AAAA", .ipv6),  // RFC 3596 §2.2
        Self(29, "LOC", .location),  // RFC 1876 §3
        Self(31, "EID", .hex("the endpoint")),  // draft-ietf-nimrod-dns
        Self(32, "NIMLOC", .hex("the locator")),  // draft-ietf-nimrod-dns
        Self(33, "SRV", .u16("the priority"), .u16("the weight"), .u16("the port"), .name("a server")),  // RFC 2782
        Self(
            35, "NAPTR",  // RFC 3403 §4.1
            .u16("the order"), .u16("the preference"), .string("the flags"), .string("the services"),
            .string("the regular expression"), .name("the replacement")),
        Self(36, "KX", .u16("the preference"), .name("an exchanger")),  // RFC 2230 §3.1
        Self(
            37, "CERT",  // RFC 4398 §2
            .mnemonic("the type", .certificate), .u16("the key tag"), .algorithm, .base64("the certificate")),
        Self(39, "DNAME", .name("the target")),  // RFC 6672 §2.1
        Self(42, "APL", .prefixes),  // RFC 3123 §4
        Self(43, "DS", like: digest),  // RFC 4034 §5
        Self(44, "SSHFP", .u8("the algorithm"), .u8("the type"), .hex("the fingerprint")),  // RFC 4255 §3
        Self(
            45, "IPSECKEY",  // RFC 4025 §2
            .u8("the precedence"), .gateway(.key)),
        Self(46, "RRSIG", like: signature),  // RFC 4034 §3
        Self(47, "NSEC", .name("the next name"), .types),  // RFC 4034 §4
        Self(48, "DNSKEY", like: key),  // RFC 4034 §2
        Self(49, "DHCID", .base64("the identifier")),  // RFC 4701 §3
        Self(50, "NSEC3", .u8("the hash algorithm"), .u8("the flags"), .u16("the iterations"), .salt, .hash, .types),
        Self(51, "NSEC3PARAM", .u8("the hash algorithm"), .u8("the flags"), .u16("the iterations"), .salt),
        Self(52, "TLSA", like: association),  // RFC 6698 §2
        Self(53, "SMIMEA", like: association),  // RFC 8162 §2
        Self(55, "HIP", .hostIdentity, .names("a rendezvous server")),  // RFC 8005 §5
        Self(56, "NINFO", .strings),  // draft-reid-dnsext-zs
        Self(57, "RKEY", like: key),  // draft-reid-dnsext-rkey
        Self(58, "TALINK", .name("the previous trust anchor"), .name("the next trust anchor")),
        Self(59, "CDS", like: digest),  // RFC 7344 §3.1
        Self(60, "CDNSKEY", like: key),  // RFC 7344 §3.2
        Self(61, "OPENPGPKEY", .base64("the key")),  // RFC 7929 §2
        Self(62, "CSYNC", .u32("the serial"), .u16("the flags"), .types),  // RFC 7477 §2.1
        Self(
            63, "ZONEMD",  // RFC 8976 §2
            .u32("the serial"), .u8("the scheme"), .u8("the hash algorithm"), .hex("the digest")),
        Self(64, "SVCB", like: binding),  // RFC 9460 §2
        Self(65, "HTTPS", like: binding),  // RFC 9460 §9
        Self(
            66, "DSYNC",  // RFC 9859 §2
            .type("the type"), .mnemonic("the scheme", .scheme), .u16("the port"), .name("the target")),
        Self(99, "SPF", .strings),  // RFC 4408 §3.1
        Self(104, "NID", .u16("the preference"), .groups("the node identifier")),  // RFC 6742 §2.1
        Self(105, "L32", .u16("the preference"), .ipv4),  // RFC 6742 §2.2
        Self(106, "L64", .u16("the preference"), .groups("the locator")),  // RFC 6742 §2.3
        Self(107, "LP", .u16("the preference"), .name("the locators")),  // RFC 6742 §2.4
        Self(108, "EUI48", .pairs(6, "an address")),  // RFC 7043 §3
        Self(109, "EUI64", .pairs(8, "an address")),  // RFC 7043 §4
        Self(256, "URI", .u16("the priority"), .u16("the weight"), .text("the target")),  // RFC 7553 §4
        Self(257, "CAA", .u8("the flags"), .tag("the tag"), .text("the value")),  // RFC 8659 §4
        Self(258, "AVC", .strings),  // draft-wolfgang-dns-avc
        Self(
            259, "DOA",  // draft-durand-doa-over-dns
            .u32("the enterprise"), .u32("the type"), .u8("the location"), .string("the media type"),
            .optionalBase64("the data")),
        Self(260, "AMTRELAY", .u8("the precedence"), .gateway(.relay)),  // RFC 8777 §4
        Self(261, "RESINFO", .strings),  // RFC 9606 §4
        Self(262, "WALLET", .strings),  // draft-johnson-dns-wallet
        Self(263, "CLA", .strings),  // draft-johnson-dns-ipn-cla
        Self(264, "IPN", .u64("the number")),  // draft-johnson-dns-ipn-cla
        Self(32768, "TA", like: digest),  // draft-weiler-dnssec-dlv-iana
        Self(32769, "DLV", like: digest),  // RFC 4431 §2
    ]

    private static let byType = Dictionary(all.map { ($0.type, $0) }) { first, _ in first }

    static func of(_ type: RecordType) -> Self? { byType[type] }
}

extension Field {
    fileprivate static let algorithm = Field.mnemonic("the algorithm", .algorithm)
}

extension RecordType {
    /// nil: a type whose data is opaque to us, written as `\# length hex` (RFC 3597 §5).
    var fields: [Field]? { RecordFormat.of(self)?.fields }
}
