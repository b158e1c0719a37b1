internal import Glibc
public import Health
public import Loop
public import Net

/// Makes checks on their schedules and reports every result, on its loop's thread.
///
/// The first probe goes out at once, the others at multiples of the interval after it, whatever the answers take: a
/// schedule doesn't drift, and returns to its multiples after it was hurried. Ticks that were missed (the machine slept)
/// are left out, not made up for; one that is late by more than the timeout says so, because the silence before it was
/// ours and not the service's. A check has one probe under way at most; one whose time has come waits for the one
/// before it to end.
public actor Prober {
    public struct ID: Hashable, Sendable {
        let value: UInt64
    }

    public nonisolated let loop: Loop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let client: DNSClient
    private let environment: [String]
    private var schedules: [UInt64: Schedule] = [:]
    private var lastID: UInt64 = 0
    private var lastTrial: UInt64 = 0

    /// - Parameter environment: `NAME=value`, what programs of checks are told beside what is ours.
    public init(loop: Loop, environment: [String] = []) {
        (self.loop, self.environment) = (loop, environment)
        client = DNSClient(loop: loop)
    }

    /// Begins to check; `onResult` is called once per probe until `stop`.
    ///
    /// - Parameter port: the service's own, for checks that don't name one.
    public func watch(
        _ check: Check, at address: Address, port: UInt16, onResult: @escaping @Sendable (ProbeResult) -> Void
    ) -> ID {
        lastID += 1
        schedules[lastID] = Schedule(check: check, address: address, port: port, begun: Loop.now, onResult: onResult)
        begin(lastID)
        return ID(value: lastID)
    }

    /// Ends a check. Of a probe that is under way nothing is heard.
    public func stop(_ id: ID) {
        guard let schedule = schedules.removeValue(forKey: id.value) else { return }
        if let timer = schedule.timer { loop.cancel(timer) }
        if let trial = schedule.underWay { loop.cancel(trial.deadline) }
    }

    /// Ends all checks, and kills what programs of theirs run.
    public func stopAll() {
        for id in schedules.keys.sorted() { stop(ID(value: id)) }
    }

    /// Goes on at this pace: `fast` of the check, or its regular multiples. Without a `fast` nothing changes.
    public func setPace(_ pace: Monitor.Pace, of id: ID) {
        guard let schedule = schedules[id.value], schedule.check.fast != nil, schedule.pace != pace else { return }
        schedules[id.value]?.pace = pace
        arm(id.value)
    }

    /// One probe now, beside the schedule; while one is under way, that one.
    public func probeNow(_ id: ID) {
        guard let schedule = schedules[id.value], schedule.underWay == nil else { return }
        begin(id.value)
    }

    public func isUnderWay(_ id: ID) -> Bool { schedules[id.value]?.underWay != nil }

    /// What came back to the last probe that ended.
    public func received(of id: ID) -> Received { schedules[id.value]?.received ?? Received() }

    /// What the program of a check printed last, as far as it is kept and no secret; nil for other checks.
    public func output(of id: ID) -> String? { received(of: id).output }

    private func arm(_ id: UInt64) {
        guard var schedule = schedules[id] else { return }
        if let timer = schedule.timer { loop.cancel(timer) }
        schedule.due = schedule.next(after: Loop.now)
        schedule.timer = loop.at(schedule.due) { self.tick(id) }
        schedules[id] = schedule
    }

    private func tick(_ id: UInt64) {
        guard let schedule = schedules[id] else { return }
        let late = Loop.now - schedule.due
        if late > schedule.check.timeout {
            schedules[id]?.received = Received()
            schedule.onResult(.impossible(reason: "the checker itself was \(late.shortText) late"))
        }
        if schedules[id]?.underWay == nil { begin(id) } else { schedules[id]?.isOverdue = true }
    }

    private func begin(_ id: UInt64) {
        guard var schedule = schedules[id] else { return }
        lastTrial += 1
        let (number, now) = (lastTrial, Loop.now)
        let trial = makeTrial(schedule) { self.finish(id, number, $0) }
        let deadline = loop.at(now + schedule.check.timeout) { self.expire(id, number, at: Loop.now) }
        schedule.underWay = UnderWay(number: number, trial: trial, deadline: deadline)
        (schedule.started, schedule.isOverdue) = (now, false)
        schedules[id] = schedule
        arm(id)
    }

    private func finish(_ id: UInt64, _ number: UInt64, _ result: ProbeResult) {
        guard let schedule = schedules[id], let underWay = schedule.underWay, underWay.number == number else { return }
        loop.cancel(underWay.deadline)
        schedules[id]?.underWay = nil
        var received = underWay.trial.received
        received.after = Loop.now - schedule.started
        schedules[id]?.received = received
        schedule.onResult(result)
        if schedules[id]?.isOverdue == true { begin(id) }
    }

    /// A loop that wakes long after the deadline may have missed an answer that came in time: that is a fault of ours,
    /// not of the server (ANNOUNCING 2).
    private func expire(_ id: UInt64, _ number: UInt64, at now: Instant) {
        guard let schedule = schedules[id], let underWay = schedule.underWay, underWay.number == number else { return }
        let timeout = schedule.check.timeout
        let late = now - (schedule.started + timeout)
        if late > timeout {
            return finish(id, number, .impossible(reason: "the checker itself was \(late.shortText) late"))
        }
        if let result = underWay.trial.expire(after: timeout) { finish(id, number, result) }
    }

    private func makeTrial(_ schedule: Schedule, _ finish: @escaping (ProbeResult) -> Void) -> any Trial {
        let (check, address) = (schedule.check, schedule.address)
        if let path = check.disable, access(path, F_OK) == 0 {
            return SettledTrial(.disabled(reason: "\(path) exists"), loop, finish)
        }
        do throws(SystemError) {
            switch check.kind {
            case .dns(let dns):
                let server = Endpoint(address, port: dns.port ?? schedule.port)
                return DNSTrial(dns, client, at: server, timeout: check.timeout, finish)
            case .tcp(let tcp): return try TCPTrial(tcp, loop, at: Endpoint(address, port: tcp.port), finish)
            case .http(let http): return try HTTPTrial(http, loop, at: Endpoint(address, port: http.port), finish)
            case .icmp(let echo): return try EchoTrial(loop, to: echo.address ?? address, finish)
            case .exec(let exec):
                return try ExecTrial(exec, loop, at: address, environment + ["LANDFALL_CHECK=\(check.name)"], finish)
            }
        } catch { return SettledTrial(ProbeResult(error, of: check.kind), loop, finish) }
    }
}
