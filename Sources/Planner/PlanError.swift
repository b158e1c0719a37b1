/// Why there is no plan.
package enum PlanError: Error, Hashable, Sendable {
    /// What was asked for is wrong.
    case input(String)
    /// Lines that begin with a file, and a line and a column where it has them.
    case file([String])
}
