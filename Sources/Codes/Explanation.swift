/// What a stable code stands for: an event, an alarm, a finding of `landfall doctor` or of `landfall check`. Whoever can say
/// a code keeps its explanation beside it; `landfall explain` and docs/operations.md show all of them.
public struct Explanation: Hashable, Sendable {
    /// `LF-E101` for an event, `LF-A…` for an alarm, `LF-D…` for doctor, `LF-L…` for a lint. Never given to anything else
    /// again.
    public var code: String
    /// The same as a word, `session-down`: what events and metrics carry beside the code.
    public var name: String
    /// What it says, as one sentence.
    public var title: String
    /// Why it is said, and what it may mean: the rule behind it, the evidence to look at.
    public var meaning: String
    /// What to do about it; empty where there is nothing to do.
    public var remedy: String

    public init(_ code: String, _ name: String, title: String, meaning: String, remedy: String) {
        (self.code, self.name, self.title, self.meaning, self.remedy) = (code, name, title, meaning, remedy)
    }
}
