/// How an agent that runs is ended in order and started again: by the unit that runs it, or, where somebody started it by
/// hand, by hand. What ends it says how it starts: an agent that is only ended leaves a site without announcements.
package struct Restart: Sendable {
    package struct Step: Hashable, Sendable {
        package var command: String
        package var effect: String
    }

    package var unit: InstalledUnit?
    package var pid: Int32?
    /// The command that starts it by hand.
    package var start: String

    package init(unit: InstalledUnit?, pid: Int32?, start: String) {
        (self.unit, self.pid, self.start) = (unit, pid, start)
    }

    package var steps: [Step] {
        if let unit {
            return [Step(command: unit.systemctl("restart"), effect: "drains, withdraws, and starts it again")]
        }
        let end = pid.map { Step(command: "kill -TERM \($0)", effect: "drains, withdraws and ends") }
        return [
            end, Step(command: start, effect: end == nil ? "starts it" : "then, when it has ended: starts it again"),
        ]
        .compactMap(\.self)
    }

    /// As findings have them.
    var lines: [String] { steps.map { "\($0.command)   # \($0.effect)" } }
}
