import Announce
import Codes
import Control
import Site

/// All codes there are, as `landfall explain` and docs/operations.md show them. Each table stands beside what says its codes.
enum Explanations {
    static let all: [Explanation] = events + alarms

    static let events = Event.explanations

    static let alarms = (Announce.Alarm.explanations + Status.Alarm.explanations + AgentAlarms.explanations)
        .sorted { $0.code < $1.code }
}
