internal import Announce
internal import Codes
internal import Control
internal import Daemon
internal import Health
internal import Loop
internal import Net

/// What is wrong, as events `alarm` and `alarm-resolved` tell it when it begins and is over, and `landfall status` in
/// between. All alarms follow from the state of the agent; `OpenAlarms` finds what of that is news.
extension Agent {
    /// Whatever can be wrong changes with an event, so they are looked at after each: when the loop has done what it does
    /// now, since a withdrawal comes first.
    func lookAtAlarms() {
        guard !areAlarmsDue else { return }
        areAlarmsDue = true
        loop.submit { self.assumeIsolated { $0.settleAlarms($0.status) } }
    }

    /// - Parameter status: as it is now.
    func settleAlarms(_ status: Status) {
        areAlarmsDue = false
        // What a stop does on purpose is no alarm.
        guard !isStopping else { return }
        let conditions = status.alarms(
            announcing: announcer.alarms.map(describe), keeping: configurationAlarms + stateAlarms + zoneAlarms)
        for change in alarms.settle(conditions.map(withEvidence), now: Loop.now, at: timestamp()) {
            switch change {
            case .opened(let alarm): say(.alarm) { tell(alarm, &$0) }
            case .resolved(let alarm, let time):
                say(.alarmResolved) {
                    tell(alarm, &$0)
                    // Its words were true until a moment ago, and mustn't read as if they still were.
                    $0.reason = "over after \(time.roundedText); it said: \(alarm.text)"
                    $0.since = alarm.since
                }
            }
        }
    }

    private func withEvidence(_ alarm: Status.Alarm) -> Status.Alarm {
        var alarm = alarm
        if let check = alarm.check, let address = alarm.address {
            alarm.evidence = evidence(of: check, at: address).nonEmpty
        } else if alarm.neighbor == nil, let prefix = alarm.prefix.flatMap(Prefix.init) {
            alarm.evidence = evidence(for: .withdrawn, of: prefix).nonEmpty
        }
        return alarm
    }

    private nonisolated func tell(_ alarm: Status.Alarm, _ event: inout Event) {
        (event.alarm, event.name, event.reason) = (alarm.code, alarm.name, alarm.text)
        event.severity = alarm.severity.rawValue
        (event.prefix, event.neighbor, event.service) = (alarm.prefix, alarm.neighbor, alarm.service)
        (event.check, event.address, event.evidence) = (alarm.check, alarm.address, alarm.evidence)
        switch alarm.target?.kind {
        case .service: event.service = alarm.target?.name
        case .neighbor: event.neighbor = alarm.target?.name
        case .host, nil: break
        }
    }

    // MARK: What the announcer has to say

    private func describe(_ alarm: Announce.Alarm) -> Status.Alarm {
        Status.Alarm(alarm.explanation, severity(of: alarm), text(of: alarm)) { told in
            switch alarm {
            case .sharedFailure(let check, let address), .unprovenFailure(let check, let address),
                .uncertain(let check, let address):
                (told.check, told.address) = (check, "\(address)")
            case .crashLoop(let service): told.service = service
            case .anchorFails(let prefix, _): told.prefix = "\(prefix)"
            case .trafficStays(let target, _, _): told.target = OrderTarget(of: target)
            case .loadStepRefused: break
            }
        }
    }

    private nonisolated func severity(of alarm: Announce.Alarm) -> Status.Alarm.Severity {
        switch alarm {
        case .crashLoop, .anchorFails, .loadStepRefused: .critical
        case .sharedFailure, .unprovenFailure, .uncertain, .trafficStays: .warning
        }
    }

    /// With what the check or the service said last.
    private func text(of alarm: Announce.Alarm) -> String {
        let more: String? =
            switch alarm {
            case .sharedFailure(let check, let address), .unprovenFailure(let check, let address):
                state(of: check, at: address).map { $0.uncertainty ?? $0.reason }
            case .uncertain(let check, let address): state(of: check, at: address)?.lastUncertainty
            case .crashLoop(let name): services.first { $0.name == name }?.lastEnd
            case .anchorFails, .trafficStays, .loadStepRefused: nil
            }
        return "\(alarm)" + (more.map { " (\($0))" } ?? "")
    }

    private func state(of check: String, at address: Address) -> CheckState? {
        checks.first { $0.check.name == check && $0.address == address }
    }

    // MARK: What is kept

    private var stateAlarms: [Status.Alarm] {
        let all = [
            (Explanation.stateUnwritable, stateAlarm), (.memoryRefused, memoryAlarm),
            (.metricsUnavailable, metricsTrouble), (.displacedLoadUnusable, displacedTrouble),
        ]
        return all.compactMap { what, text in text.map { Status.Alarm(what, .warning, $0) } }
    }

    private var configurationAlarms: [Status.Alarm] {
        Reloading.Complaint.allCases.compactMap { complaint in
            reloading.complaints[complaint].map { Status.Alarm(complaint.explanation, .warning, $0) }
        }
    }
}

extension Reloading.Complaint {
    fileprivate var explanation: Explanation {
        switch self {
        case .refused: .configurationRefused
        case .pinned: .configurationPinned
        case .unkept: .configurationUnkept
        }
    }
}
