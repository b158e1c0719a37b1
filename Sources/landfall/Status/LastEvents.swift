/// The last of what an agent has kept of its events, read from its state folder: so they are there when it is dead.
struct LastEvents: Sendable {
    /// The latest last.
    var all: [Screen.Happening] = []
    /// Why there are none.
    var trouble: String?

    init(in state: String) {}
}
