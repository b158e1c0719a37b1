/// What is done to a site. Killed is SIGKILL, stopped and hung are SIGSTOP: nothing says good-bye.
enum Failure: String, CaseIterable, Sendable {
    case serviceHung = "service hung"
    case serviceKilled = "service killed"
    case announcerKilled = "announcer killed"
    case announcerStopped = "announcer stopped"
    case checkerKilled = "checker killed"
    case checkerStopped = "checker stopped"

    /// How often each run is multiplied. A stopped announcer is found by the router's hold timer, which BIRD starts at 75 to
    /// 100 % of its value: ten draws of that say little about a median.
    func weight(_ contender: Contender) -> Int { self == .announcerStopped && contender != .ownServer ? 8 : 1 }
}

/// How often everybody checks.
enum Setting: String, CaseIterable, Sendable {
    /// The same for all, as nearly as each can say it.
    case same = "a"
    /// What each does when nobody says anything.
    case defaults = "b"

    var title: String {
        switch self {
        case .same: "(a) every 200 ms, timeout 200 ms, rise 2, fall 2"
        case .defaults: "(b) each at its defaults"
        }
    }
}
