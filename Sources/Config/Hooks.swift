/// Programs that are told what an agent does and sees.
public struct Hooks: Hashable, Sendable {
    /// What a hook is about: words of the event log, and all of them at once.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        case announced, changed, withdrawn, verdict, alarm
        case alarmResolved = "alarm-resolved"
        case sessionUp = "session-up"
        case sessionDown = "session-down"
        case any
    }

    public struct Hook: Hashable, Sendable {
        public var moment: Moment
        /// A path or a name to be found in PATH, and its arguments.
        public var command: [String]

        public init(_ moment: Moment, _ command: [String]) { (self.moment, self.command) = (moment, command) }
    }

    /// Each moment once.
    public var all: [Hook] = []
    /// After it a hook is killed with its process group.
    public var timeout: Duration = .seconds(10)
    /// So many run at once; further ones wait.
    public var atOnce = 4

    public init() {}

    /// Those of an event, by its word.
    public func hooks(for event: String) -> [Hook] {
        guard Moment(rawValue: event) != nil else { return [] }
        return all.filter { $0.moment.rawValue == event || $0.moment == .any }
    }
}
