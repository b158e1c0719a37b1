internal import Loop

/// What outlives the agent.
extension Agent {
    func note(stateTrouble now: String?) {
        if let stateAlarm { say(.alarmResolved) { $0.reason = stateAlarm } }
        stateAlarm = now.map { "nothing is kept for the next start: \($0)" }
        if let stateAlarm { say(.alarm) { $0.reason = stateAlarm } }
    }
}
