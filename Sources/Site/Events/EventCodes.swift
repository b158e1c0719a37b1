package import Codes

/// A code for each kind of event: 1xx the agent, 2xx service and addresses, 3xx checks, 4xx prefixes, 5xx sessions, 6xx
/// operators and configuration. A code is never given to anything else again.
extension Event.Kind {
    var code: String {
        switch self {
        case .starting: "LF-E101"
        case .ready: "LF-E102"
        case .stopping: "LF-E103"
        case .stopped: "LF-E104"
        case .uncleanEnd: "LF-E105"
        case .alarm: "LF-E106"
        case .alarmResolved: "LF-E107"
        case .hook: "LF-E108"
        case .trouble: "LF-E109"
        case .serviceStarted: "LF-E201"
        case .serviceReplaced: "LF-E202"
        case .serviceEnded: "LF-E203"
        case .serviceCrashLoop: "LF-E204"
        case .serviceSteady: "LF-E205"
        case .addressAdded: "LF-E206"
        case .addressRemoved: "LF-E207"
        case .verdict: "LF-E301"
        case .checkUncertain: "LF-E302"
        case .checkCertain: "LF-E303"
        case .announced: "LF-E401"
        case .changed: "LF-E402"
        case .withdrawn: "LF-E403"
        case .heldDown: "LF-E404"
        case .advertised: "LF-E405"
        case .advertisementWithdrawn: "LF-E406"
        case .sessionUp: "LF-E501"
        case .sessionDown: "LF-E502"
        case .sessionFailed: "LF-E503"
        case .malformed: "LF-E504"
        case .drain: "LF-E601"
        case .undrain: "LF-E602"
        case .undo: "LF-E603"
        case .drainWaited: "LF-E604"
        case .refused: "LF-E605"
        case .reload: "LF-E606"
        case .reloaded: "LF-E607"
        case .reloadRefused: "LF-E608"
        case .confirmed: "LF-E609"
        case .rolledBack: "LF-E610"
        }
    }
}

extension Event {
    package static let explanations: [Explanation] = agent + service + checks + prefixes + sessions + operators
}

extension Explanation {
    /// Of a kind of event.
    init(_ kind: Event.Kind, _ title: String, meaning: String, remedy: String = "") {
        self.init(kind.code, kind.rawValue, title: title, meaning: meaning, remedy: remedy)
    }
}
