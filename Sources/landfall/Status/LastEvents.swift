import Files
import Site

/// The last of what an agent has kept of its events, read from its state folder: so they are there when it is dead.
struct LastEvents: Sendable {
    /// The latest last.
    var all: [Event] = []
    /// Why there are none.
    var trouble: String?

    /// So many fit beside everything else.
    static let most = 5

    init(_ all: [Event] = []) { self.all = all }

    init(in state: String) {
        do throws(FileError) {
            all = try EventFiles(in: state).latest(Self.most) { !$0.event.isShownElsewhere }
        } catch { trouble = "\(error)" }
    }
}

extension Event.Kind {
    /// Alarms have lines of their own, what each neighbor was told stands beside the prefix, and that a check can't be made
    /// beside the check: a machine that is busy has hundreds of these, which would crowd out what matters.
    fileprivate var isShownElsewhere: Bool {
        let shown: [Event.Kind] = [.alarm, .alarmResolved, .advertised, .advertisementWithdrawn, .hook]
        return (shown + [.checkUncertain, .checkCertain]).contains(self)
    }
}
