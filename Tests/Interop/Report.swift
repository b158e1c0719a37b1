/// What came of it with one router.
public struct Report: Sendable {
    public var make: Make
    public var version: String
    public var findings: [Topic: Finding] = [:]
    /// What both know and yet didn't work.
    public var failures: [String] = []
}

/// A line of the table.
public enum Topic: String, CaseIterable, Sendable {
    case ipv4 = "IPv4 unicast (RFC 4760)"
    case ipv6 = "IPv6 unicast (RFC 4760)"
    case fourByteASN = "four-byte ASNs (RFC 6793)"
    case refresh = "route refresh (RFC 2918)"
    case enhancedRefresh = "enhanced route refresh (RFC 7313)"
    case extendedMessages = "extended messages (RFC 8654)"
    case extendedParameters = "extended optional parameters (RFC 9072)"
    case nextHops = "IPv4 over IPv6 next hops (RFC 8950)"
    case roles = "roles and Only to Customer (RFC 9234)"
    case communities = "communities (RFC 1997)"
    case largeCommunities = "large communities (RFC 8092)"
    case extendedCommunities = "extended communities (RFC 4360)"
    case gracefulShutdown = "GRACEFUL_SHUTDOWN (RFC 8326)"
    case shutdownHeard = "its shutdown, with a text (RFC 9003)"
    case shutdownSaid = "our shutdown, with a text (RFC 9003)"
    case md5 = "TCP-MD5 (RFC 2385)"
    case gtsm = "GTSM (RFC 5082)"
}

public enum Finding: Sendable, Equatable {
    /// Both know it, and it was seen at work: how.
    case both(String)
    /// Nothing of it in the OPEN that came.
    case notInOpen
    /// Its parser doesn't take a line for it: its words.
    case refused(String)
    /// What it did instead.
    case behaviour(String)

    public var isBoth: Bool { if case .both = self { true } else { false } }
}
