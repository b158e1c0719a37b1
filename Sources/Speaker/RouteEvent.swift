package import BGP
package import Net

/// What whoever keeps routes learns of a neighbor, on the loop's thread.
package enum RouteEvent {
    /// The session is Established; with our addresses, to give as next hops.
    case up(Negotiated, nextHops: [Family: [Address]])
    /// It no longer is, and nothing more comes of it.
    case down
    case updates(UpdateBatch)
    /// Nothing of this family counts any more while the session lasts (RFC 7606 §2).
    case disabled(Family)
    /// The neighbor begins to send all of a family again, and has done so (RFC 7313 §4).
    case refreshing(Family)
    case refreshed(Family)
    /// The neighbor wants to hear all of a family again (RFC 2918 §4): no more often than once a second.
    case tellAgain(Family)
    /// All that it was told is with the kernel.
    case drained
}
