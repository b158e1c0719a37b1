/// What a server says about itself: which one it is, and what runs there. Anycast operators ask this to see where they
/// landed.
public struct ServerIdentity: Hashable, Sendable {
    /// For NSID (RFC 5001) and the names `id.server.` and `hostname.bind.` (RFC 4892); nil refuses.
    let identity: [UInt8]?
    /// For `version.server.` and `version.bind.`; nil refuses.
    let version: [UInt8]?
    /// What zones are here, by the names that are asked for; see `zoneName`.
    private let zones: [[UInt8]: [UInt8]]

    /// One character string is all there is room for: what is longer than 255 bytes is cut.
    ///
    /// - Parameter zones: what is said of each zone; nothing refuses.
    public init(identity: String? = nil, version: String? = nil, zones: [Name: String] = [:]) {
        let named = zones.compactMap { zone, text in
            Self.zoneName(of: zone).map { ($0.folded.wire, [UInt8](text.utf8.prefix(255))) }
        }
        self.zones = Dictionary(named) { first, _ in first }
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
        return Self.versionNames.contains(name) ? version : zones[name]
    }

    /// What is asked, in class CHAOS, for what is known of a zone: `example.org.zone-hash.landfall.`, TXT. nil for one whose
    /// own name leaves no room.
    public static func zoneName(of zone: Name) -> Name? {
        try? Name(labels: zone.labels.map { [UInt8]($0) } + ["zone-hash", "landfall"].map { [UInt8]($0.utf8) })
    }
}
