internal import BGP
internal import Loop
internal import Net
internal import RIB
internal import Speaker

/// What goes on between us and one neighbor.
final class Exchange {
    var neighbor: Router.Neighbor
    /// In the RIB.
    let id: NeighborID
    /// While the session is up.
    var conversation: Conversation?
    /// Its last session ended over a limit. Another limit ends the hold.
    var isOverLimit = false
    /// The name of the one that it is on, where that is known.
    var interface: String?

    init(_ neighbor: Router.Neighbor, _ id: NeighborID) { (self.neighbor, self.id) = (neighbor, id) }

    var name: String { neighbor.session.name }
}

/// A session that is up.
struct Conversation {
    let peering: Peering
    let codec: Codec
    /// What it is told waits for it to read.
    var isFull = false
    /// The session is about to end: what it says isn't heard any more.
    var isOver = false
    /// Nothing has come since this was last set.
    var isQuiet = false
    /// Families of which it hasn't heard the whole table yet: an End-of-RIB is due (RFC 4724 §2).
    var untold: Set<Family>
    /// Families that it is told again, which ends with a mark (RFC 7313 §4).
    var retold: Set<Family> = []
    /// It was told announcements in this round, and the next one waits for a pause (RFC 4271 §9.2.1.1).
    var hasAnnounced = false
    /// The end of that pause.
    var pause: Timer?
}
