public import Net

/// What somebody should know, from when it begins until it is over.
public enum Alarm: Hashable, Sendable {
    /// A check isn't healthy that would fail everywhere at once; it degrades and withdraws nothing (ANNOUNCING 3).
    case sharedFailure(check: String, Address)
    /// A check that has never passed fails where its address is announced; it withdraws nothing (ANNOUNCING 5).
    case unprovenFailure(check: String, Address)
    /// A check can't be made, and could not be for a while; its last verdict stands (ANNOUNCING 2).
    case uncertain(check: String, Address)
    /// The service ends as soon as it starts (ANNOUNCING 15).
    case crashLoop(service: String)
    /// An anchor's service fails: announced, less preferred. Neighbors that have no other site are named (ANNOUNCING 9).
    case anchorFails(Prefix, withoutAlternative: [String])
    /// A drain's time is over, and more than 20 % of the traffic is still here (ANNOUNCING 13).
    case trafficStays(Drain.Target, share: Double, neighbors: [String])
    /// The site is overloaded, and so would others be if it stepped down, or nobody knows (ANNOUNCING 7).
    case loadStepRefused(LoadStep.Refusal)
}

extension Alarm: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sharedFailure(let check, let address):
            "\(check) at \(address) is degraded or fails, as it would at every site: nothing is withdrawn"
        case .unprovenFailure(let check, let address):
            "\(check) at \(address) has never passed and fails: not acted upon until it has passed once"
        case .uncertain(let check, let address):
            "\(check) at \(address) can't be made: its last verdict stands, if there was one"
        case .crashLoop(let service): "the service \(service) ends as soon as it starts"
        case .anchorFails(let prefix, let alone):
            "\(prefix) fails at this anchor: announced less preferred"
                + (alone.isEmpty ? "" : "; no other site reaches \(alone.joined(separator: ", "))")
        case .trafficStays(let target, let share, let neighbors):
            "\(percent(share)) of the traffic is still here after the drain of \(target): it stays announced to "
                + "\(neighbors.joined(separator: ", ")); drain with --force to withdraw"
        case .loadStepRefused(.survivors(let sites)):
            "overloaded, and not made less preferred: \(sites.joined(separator: ", ")) would overload"
        case .loadStepRefused(.unjudged(let reason)):
            "overloaded, and not made less preferred: the table of displaced load can't be used: \(reason)"
        }
    }
}

/// `34 %`, for people.
package func percent(_ share: Double) -> String { "\(Int((max(0, min(share, 1000)) * 100).rounded())) %" }
