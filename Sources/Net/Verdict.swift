/// What the checks say about one address of a service.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case healthy
    /// Answers, but too slowly or not always: overload, which is no reason to withdraw.
    case degraded
    /// Silence, refusal or a wrong answer.
    case failing
    /// The check could not be made; says nothing about the service.
    case unknown
}
