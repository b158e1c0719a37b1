public import Net

/// A prefix and an AS that announces it: what a ROA and a route object say.
public struct RouteOrigin: Hashable, Comparable, Sendable {
    public var prefix: Prefix
    public var asn: ASN

    public init(prefix: Prefix, asn: ASN) { (self.prefix, self.asn) = (prefix, asn) }

    /// What its ROA allows: the prefix as it is announced, and nothing more specific, which somebody else could hijack
    /// with this AS at the end of the path (RFC 9319 §5).
    public var maxLength: Int { prefix.length }

    public static func < (a: Self, b: Self) -> Bool { (a.prefix, a.asn) < (b.prefix, b.asn) }

    /// Which class of RPSL object it is (RFC 2622 §4, RFC 4012 §3).
    public var objectClass: String { prefix.family == .ipv4 ? "route" : "route6" }

    /// The object that a registry of routes is given.
    public func routeObject(description: String, maintainer: String, source: String) -> String {
        let attributes = [
            (objectClass, "\(prefix)"), ("descr", plain(description)), ("origin", "\(asn)"), ("mnt-by", maintainer),
            ("source", source),
        ]
        return attributes.map { name, value in
            name + ":" + String(repeating: " ", count: max(1, 15 - name.count)) + value
        }.joined(separator: "\n")
    }
}
