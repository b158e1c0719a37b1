/// What record data consists of. One table says how a type is read from text, shown as text, checked and unpacked from
/// the wire, and where names may be compressed: a new type is a line.
enum Field: Hashable, Sendable {
    case ipv4
    case ipv6
    /// A name; in the types of RFC 1035 it may be compressed in messages, in no others (RFC 3597 §4).
    case name(String)
    case u16(String)
    case u32(String)
    /// Seconds, as a number or with units: `1h30m`.
    case seconds(String)
    /// One or more character strings, up to the end.
    case strings

    /// What an error says when text is missing or wrong.
    var wanted: String {
        switch self {
        case .ipv4: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .name(let role): "the name of \(role)"
        case .u16(let role): "\(role), 0 to 65535,"
        case .u32(let role): "\(role), 0 to 4294967295,"
        case .seconds(let role): "\(role), seconds or like 1h30m,"
        case .strings: "a string"
        }
    }
}

extension RecordType {
    /// nil: a type whose data is opaque to us, written as `\# length hex` (RFC 3597 §5).
    var fields: [Field]? { Self.formats[self] }

    private static let formats: [Self: [Field]] = [
        .a: [.ipv4],  // RFC 1035 §3.4.1
        .aaaa: [.ipv6],  // RFC 3596 §2.2
        .ns: [.name("a name server")],  // RFC 1035 §3.3.11
        .cname: [.name("the target")],  // RFC 1035 §3.3.1
        .ptr: [.name("the target")],  // RFC 1035 §3.3.12
        .mx: [.u16("the preference"), .name("a mail server")],  // RFC 1035 §3.3.9
        .txt: [.strings],  // RFC 1035 §3.3.14
        .soa: [  // RFC 1035 §3.3.13
            .name("the primary server"), .name("the mailbox"), .u32("the serial"), .seconds("refresh"),
            .seconds("retry"), .seconds("expire"), .seconds("minimum"),
        ],
    ]
}
