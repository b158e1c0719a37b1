internal import Announce
internal import Glibc
internal import Health
internal import Net

/// Times that promise less than they cost.
extension Lint {
    /// `TimeoutStopSec` of packaging/landfall.service.in.
    static let unitStop = Duration.seconds(90)

    mutating func lintTimes() {
        lintHoldDown()
        lintSilence()
        lintPenalty()
        lintWaits()
        for service in network.services {
            for (index, check) in service.checks.enumerated() {
                lint(check, at: ["services", .key(service.name), "checks", .index(index)])
            }
        }
    }

    private mutating func lintHoldDown() {
        let holdDown = network.announce.holdDown
        if holdDown == .zero {
            report(
                .noHoldDown, at: ["announce", "hold-down"],
                "a service that comes and goes is announced with every success: neighbors see each of its flaps",
                instead: "hold-down: 10s, which is the default")
            return
        }
        let slowest = network.services.compactMap { service in service.noticedAfter.map { (service, $0.upperBound) } }
            .max { $0.1 < $1.1 }
        guard let (service, noticed) = slowest, holdDown < noticed else { return }
        report(
            .holdDownShort, at: ["announce", "hold-down"],
            "\(holdDown.text) is over before a failure of \(service.name) is noticed, after up to \(noticed.text): one that "
                + "passes its first checks and dies again is announced each time",
            instead: "hold-down: \(Duration.seconds((noticed.wholeMilliseconds / 1000 + 1) * 2).text) or more")
    }

    /// There is nothing but the hold timer between a host that is silent and its routes.
    private mutating func lintSilence() {
        let usual = Duration.seconds(30)
        for session in sessions where session.neighbor.holdTime > usual {
            let time = session.neighbor.holdTime
            report(
                .slowSilence, at: session.says(["hold-time"]) ? session.way + ["hold-time"] : ["network", "hold-time"],
                "a host that dies without a word, or a link that is cut, is noticed by \(session.neighbor.name) after up to "
                    + "\(time.text); until then its clients get no answer",
                instead: "hold-time: 9s, if the neighbor takes it (the lower one of both sides counts)")
        }
    }

    /// The most that a service which fails as soon as it is announced can collect, against what withholds.
    private mutating func lintPenalty() {
        let (policy, holdDown) = (network.announce.penalty, network.announce.holdDown)
        let round = network.services.compactMap { service -> Duration? in
            guard let noticed = service.noticedAfter, let back = service.announcedAgainAfter(holdDown: holdDown) else {
                return nil
            }
            return noticed.lowerBound + back.lowerBound
        }.min()
        guard let round else { return }
        let most = 2 / (1 - exp2(-(round / policy.halfLife)))
        guard most < policy.suppress else { return }
        let shown = (most * 10).rounded(.up) / 10
        report(
            .penaltyNever,
            at: ["announce", "penalty", says(["announce", "penalty", "suppress"]) ? "suppress" : "half-life"],
            "a service that flaps without end collects \(shown) at most, and \(policy.suppress) is where it would be withheld: "
                + "never, and routers elsewhere damp it instead (RFC 2439)",
            instead: "penalty: {suppress: 2.0, half-life: 1m}, which is the default")
    }

    private mutating func lintWaits() {
        let drain = network.announce.drain
        if drain.wait < .seconds(5) {
            report(
                .drainWaitShort, at: ["announce", "drain", "wait"],
                "routers need longer than \(drain.wait.text) to pass on that the route has become worse: a drain ends as a "
                    + "withdrawal under traffic",
                instead: "wait: 30s, which is the default; a drain ends earlier when nothing arrives any more")
        }
        if drain.stopWait < .seconds(1) {
            report(
                .stopWaitShort, at: ["announce", "drain", "stop-wait"],
                "every stop and every restart of the agent cuts off whoever is asking",
                instead: "stop-wait: 5s, which is the default")
        } else if drain.stopWait > drain.wait, says(["announce", "drain", "stop-wait"]) {
            report(
                .stopWaitIgnored, at: ["announce", "drain", "stop-wait"],
                "\(drain.stopWait.text) is longer than wait, \(drain.wait.text), and a stop never waits longer than a drain",
                instead: "stop-wait: \(drain.wait.text), or a longer wait")
        }
        let stop = min(drain.stopWait, drain.wait) + network.announce.withdrawWait
        if stop >= Self.unitStop {
            report(
                .stopLongerThanUnit, at: ["announce", "drain", "stop-wait"],
                "a stop may take \(stop.text), and the unit that comes with landfall is killed after \(Self.unitStop.text): what is "
                    + "announced then is cut off",
                instead: "stop-wait: 30s, or a longer TimeoutStopSec in a drop-in of your own, and accept the finding")
        }
        if network.announce.withdrawWait < .milliseconds(200) {
            report(
                .withdrawWaitShort, at: ["announce", "withdraw-wait"],
                "the address goes while routers still send to it: what is on its way is refused instead of answered",
                instead: "withdraw-wait: 1s, which is the default")
        }
    }

    private mutating func lint(_ check: Check, at way: [KeyStep]) {
        if let fast = check.fast, check.policy.fall > 1, max(fast, check.timeout) >= check.every {
            report(
                .fastWithoutEffect, at: way + ["fast"],
                "the next check begins when the one before is over: with a timeout of \(check.timeout.text) a silent service is "
                    + "asked every \(check.every.text), as without fast",
                instead: "a timeout well below every, \(check.every.text)")
        }
        let noticed = check.noticedAfter.upperBound
        if check.policy.lease > noticed * 5, check.policy.lease > .seconds(10), says(way + ["lease"]) {
            report(
                .leaseLong, at: way + ["lease"],
                "a service that fails is noticed after \(noticed.text), a checker that hangs only after \(check.policy.lease.text)",
                instead: "leave lease out: \(Check.lease(check.every, check.timeout, fall: check.policy.fall).text)")
        }
    }
}
