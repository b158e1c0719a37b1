internal import DNS
public import Health
public import Loop
public import Net

/// Makes checks on their schedules and reports every result, on its loop's thread.
///
/// The first probe goes out at once, the others at multiples of the interval after it, whatever the answers take: a
/// schedule doesn't drift. Ticks that were missed (the machine slept) are left out, not made up for; one that is late by
/// more than the timeout says so, because the silence before it was ours and not the service's.
public actor Prober {
    public struct ID: Hashable, Sendable {
        let value: UInt64
    }

    private struct Schedule {
        let check: Check
        let server: Endpoint
        let onResult: @Sendable (ProbeResult) -> Void
        var due: Instant
        var timer: Timer?
    }

    public nonisolated let loop: Loop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let client: DNSClient
    private var schedules: [UInt64: Schedule] = [:]
    private var lastID: UInt64 = 0

    public init(loop: Loop) {
        self.loop = loop
        client = DNSClient(loop: loop)
    }

    /// Begins to check; `onResult` is called once per probe until `stop`.
    public func watch(
        _ check: Check, at address: Address, port: UInt16, onResult: @escaping @Sendable (ProbeResult) -> Void
    ) -> ID {
        lastID += 1
        let server = Endpoint(address, port: port)
        schedules[lastID] = Schedule(check: check, server: server, onResult: onResult, due: Loop.now)
        tick(lastID)
        return ID(value: lastID)
    }

    /// Ends a check. Of probes that are under way nothing is heard.
    public func stop(_ id: ID) {
        guard let schedule = schedules.removeValue(forKey: id.value) else { return }
        if let timer = schedule.timer { loop.cancel(timer) }
    }

    private func tick(_ id: UInt64) {
        guard var schedule = schedules[id] else { return }
        let now = Loop.now
        let late = now - schedule.due
        schedule.due = Self.next(after: schedule.due, every: schedule.check.every, now: now)
        schedule.timer = loop.at(schedule.due) { self.tick(id) }
        schedules[id] = schedule
        if late > schedule.check.timeout {
            schedule.onResult(.impossible(reason: "the checker itself was \(late.shortText) late"))
        }
        probe(id, schedule)
    }

    private static func next(after due: Instant, every: Duration, now: Instant) -> Instant {
        let step = max(every.nanoseconds, 1)
        let missed = max(0, now.nanoseconds - due.nanoseconds) / step
        return due + .nanoseconds(step * (missed + 1))
    }

    /// A probe ends by its timeout, so at most `timeout / every` of them are under way.
    private func probe(_ id: UInt64, _ schedule: Schedule) {
        switch schedule.check.kind {
        case .dns(let check):
            let question = Question(check.name, check.type)
            let timeout = schedule.check.timeout
            client.ask(question, at: schedule.server, over: check.transport, timeout: timeout) { outcome in
                self.schedules[id]?.onResult(ProbeResult(outcome, of: check, timeout: timeout))
            }
        }
    }
}
