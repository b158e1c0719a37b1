/// What a server says about itself: which one it is, and what runs there. Anycast operators ask this to see where they
/// landed.
public struct ServerIdentity: Hashable, Sendable {
    /// For NSID (RFC 5001) and the names `id.server.` and `hostname.bind.` (RFC 4892); nil refuses.
    let identity: [UInt8]?
    /// For `version.server.` and `version.bind.`; nil refuses.
    let version: [UInt8]?

    /// One character string is all there is room for: what is longer than 255 bytes is cut.
    public init(identity: String? = nil, version: String? = nil) {
        self.identity = identity.map { [UInt8]($0.utf8.prefix(255)) }
        self.version = version.map { [UInt8]($0.utf8.prefix(255)) }
    }

    private static let identityNames = names(["id.server", "hostname.bind"])
    private static let versionNames = names(["version.server", "version.bind"])

    private static func names(_ texts: [String]) -> [[UInt8]] { texts.compactMap { Name($0)?.wire } }

    /// The text for a name of class CHAOS (lower case, on the wire); nil: refused.
    func text(for name: borrowing LookupName) -> [UInt8]? {
        let name = [UInt8](name.bytes[..<name.length])
        if Self.identityNames.contains(name) { return identity }
        return Self.versionNames.contains(name) ? version : nil
    }
}
