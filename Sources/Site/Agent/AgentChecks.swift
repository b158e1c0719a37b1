internal import Announce
internal import Control
internal import Daemon
internal import Health
internal import Loop
internal import Net
internal import Probe

/// The first half of the way of a failure: a probe's result becomes a verdict.
extension Agent {
    func note(_ result: ProbeResult, _ index: Int) {
        switch result {
        case .answered(let time), .degraded(_, let time):
            checks[index].milliseconds = time.milliseconds
            checks[index].passed += 1
            checks[index].durations.note(time.milliseconds / 1000)
            if case .degraded = result { checks[index].degraded += 1 }
        case .failed(let reason, _):
            checks[index].failed += 1
            if checks[index].monitor.verdict == .failing { checks[index].reason = reason }
            addresses?.restore()
        case .disabled:
            checks[index].failed += 1
            checks[index].disabled += 1
        case .impossible: checks[index].impossible += 1
        }
        if let watch = checks[index].watch {
            checks[index].last = (result, prober.assumeIsolated { $0.received(of: watch) }, Loop.now)
            noteForRounds(result, of: watch)
        }
        if !checks[index].monitor.hasSpoken { checks[index].wait(after: result) }
        noteLoad(result, index)
        let event = Monitor.Event(result, answersOthers: answersOthers(result, index))
        apply(checks[index].monitor.handle(event, now: Loop.now), of: index)
    }

    private func answersOthers(_ result: ProbeResult, _ index: Int) -> Bool {
        switch result {
        case .failed(_, .silence): return answersOthers(index)
        case .answered, .degraded: checks[index].overload.notePass(now: Loop.now)
        default: checks[index].overload.forgetCounts()
        }
        return false
    }

    private func answersOthers(_ index: Int) -> Bool {
        let (check, address, now) = (checks[index].check, checks[index].address, Loop.now)
        let counts = traffic.counts(for: check, at: address)
        let suffering = checks.filter {
            $0.check == check && counts[$0.address] != nil && $0.overload.suffered(every: check.every, now: now)
        }
        return checks[index].overload.note(counts, at: address, beside: Set(suffering.map(\.address)), now: now)
    }

    func apply(_ actions: [Monitor.Action], of index: Int) {
        for action in actions {
            switch action {
            case .armLease(let end): arm(leaseOf: index, until: end)
            case .verdict(let verdict, let reason): note(verdict, reason, index)
            case .uncertain(let reason):
                (checks[index].uncertainty, checks[index].lastUncertainty) = (reason, reason)
                checks[index].transitions[.unknown, default: 0] += 1
                tellAnnouncer(.unknown, reason, of: index)
            case .certain:
                checks[index].uncertainty = nil
                let event = Announcer.Event.certain(check: checks[index].index, address: checks[index].address)
                apply(announcer.handle(event, now: Loop.now))
            case .tell(let notice): tell(notice, index)
            case .pace(let pace):
                if let watch = checks[index].watch { prober.assumeIsolated { $0.setPace(pace, of: watch) } }
            case .probe:
                if let watch = checks[index].watch { prober.assumeIsolated { $0.probeNow(watch) } }
            }
        }
    }

    private func tell(_ notice: Monitor.Notice, _ index: Int) {
        switch notice {
        case .begins(let reason): say(.checkUncertain) { describe(index, &$0, reason) }
        case .goesOn(let reason, let tally): say(.checkUncertain) { describe(index, &$0, "\(tally.text): \(reason)") }
        case .over(let tally): say(.checkCertain) { describe(index, &$0, "it was not made \(tally.text)") }
        }
    }

    func arm(leaseOf index: Int, until end: Instant) {
        if let lease = checks[index].lease { loop.cancel(lease) }
        let id = checks[index].id
        checks[index].lease = loop.at(end) {
            guard let index = self.place(ofCheck: id) else { return }
            self.apply(self.checks[index].monitor.handle(.leaseEnded, now: Loop.now), of: index)
        }
    }

    func note(_ verdict: Verdict, _ reason: String, _ index: Int) {
        (checks[index].reason, checks[index].since) = (reason, timestamp())
        checks[index].transitions[verdict, default: 0] += 1
        say(.verdict) {
            describe(index, &$0, reason)
            $0.verdict = verdict.rawValue
        }
        let state = checks[index]
        let because = verdict == .failing ? "\(state.check.name) at \(state.address): \(reason)" : reason
        tellAnnouncer(verdict, because, of: index)
    }

    private func tellAnnouncer(_ verdict: Verdict, _ reason: String, of index: Int) {
        let event = Announcer.Event.verdict(
            verdict, check: checks[index].index, address: checks[index].address, reason: reason)
        apply(announcer.handle(event, now: Loop.now))
    }

    func describe(_ index: Int, _ event: inout Event, _ reason: String?) {
        event.check = checks[index].check.name
        event.address = "\(checks[index].address)"
        (event.reason, event.evidence) = (reason, evidence(of: index))
    }
}

extension Monitor.Tally {
    /// `8 of 9 times in 10 s`; once and for all where there was one.
    fileprivate var text: String {
        results == 1 ? "once" : "\(impossible) of \(results) times in \(over.roundedText)"
    }
}
