import Announce
import Control
import Glibc
import HTTP
import Loop
import Net

/// `landfall drain` of this host, or of a part of it.
struct HostDrain {
    private let invocation: Invocation
    private let options: DrainOptions
    private let target: OrderTarget

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        options = try DrainOptions(invocation)
        target = options.order.target
    }

    func run() throws(Failure) -> Exit {
        var (report, taken) = try plan()
        report.dryRun = options.order.dryRun
        if !isJSON, report.hosts[0].effect != nil { Terminal.print(report.plan.fitted(to: Terminal.screenWidth)) }
        if let refused = report.refused { return give(report, refused: refused) }
        guard !options.order.dryRun else { return give(report, nil) }
        try begin(&report)
        try lookAgain(taken, &report)
        if let refused = report.refused { return give(report, refused: refused) }
        if options.isWaiting { try watch(&report) }
        report.ok = report.hosts.allSatisfy { $0.state != "kept" }
        return give(report, report.outcome)
    }

    private var isJSON: Bool { invocation.has("json") }

    private func give(_ report: DrainReport, _ text: String?) -> Exit {
        if isJSON {
            Terminal.print(json: report)
        } else if let text {
            Terminal.print(text.fitted(to: Terminal.screenWidth))
        }
        return report.ok ? .done : .expectationFailed
    }

    private func give(_ report: DrainReport, refused: String) -> Exit {
        var report = report
        report.ok = false
        if isJSON { Terminal.print(json: report) }
        Terminal.say("landfall: drain: \(refused)")
        return .expectationFailed
    }

    // MARK: Before

    /// And what the drain takes away at this host.
    private func plan() throws(Failure) -> (DrainReport, [OrderAnswer.Route]) {
        var dry = options.order
        dry.dryRun = true
        let request = Request(order: dry, to: "/drain")
        let outcome = try invocation.outcome(of: request, as: OrderAnswer.self)
        let status = try invocation.status()
        var report = DrainReport()
        report.hosts = [
            .init(
                site: status.site, host: status.host, target: target, state: "would-drain",
                load: DrainReport.Load(status, target))
        ]
        switch outcome {
        case .refused(409, let reason):
            report.refused = reason
            report.hosts[0].state = "refused"
            if let drain = status.drains?.first(where: { $0.target == target }) { report.hosts[0].note(drain) }
        case .refused(let status, let reason): throw invocation.refusal(status, reason)
        case .done(let answer):
            (report.hosts[0].effect, report.hosts[0].moves) = (answer.effect, answer.moves)
            try confirm(answer.takesAway ?? [], status, &report)
            return (report, answer.takesAway ?? [])
        }
        return (report, [])
    }

    private func confirm(
        _ taken: [OrderAnswer.Route], _ status: Status, _ report: inout DrainReport
    ) throws(Failure) {
        let confirmation = try invocation.confirm(status.prefixesLost(with: taken), status, options.vouched)
        report.note(confirmation)
        report.isAnnounced = !taken.isEmpty
        if !confirmation.isEnough, !options.order.force { report.refused = confirmation.refusal }
    }

    // MARK: Doing it

    private func begin(_ report: inout DrainReport) throws(Failure) {
        let answer: OrderAnswer = try invocation.ask(Request(order: options.order, to: "/drain"))
        report.hosts[0].state = "draining"
        (report.hosts[0].act, report.hosts[0].saved) = (answer.act?.number, answer.saved)
        invocation.warn(unlessSaved: answer.saved)
    }

    /// It has begun, so others hear of it; and those that were confirmed must be announcing still.
    private func lookAgain(_ taken: [OrderAnswer.Route], _ report: inout DrainReport) throws(Failure) {
        guard !options.order.force, options.vouched.isEmpty else { return }
        let again = try invocation.confirmAgain(taken)
        guard !again.isEnough, let act = report.hosts[0].act else { return }
        let _: OrderAnswer = try invocation.ask(Request(order: BackOrder(act), to: "/undo"))
        report.note(again)
        (report.hosts[0].state, report.refused) = ("refused", again.refusalAfterwards)
    }

    /// Until it is withdrawn or kept. An agent that is restarted meanwhile goes on with the drain.
    private func watch(_ report: inout DrainReport) throws(Failure) {
        var deadline = Loop.now + .seconds(15)
        while true {
            usleep(200_000)
            let status: Status
            do throws(Failure) { status = try invocation.status() } catch {
                guard Loop.now < deadline else { throw error }
                continue
            }
            deadline = Loop.now + .seconds(15)
            report.hosts[0].note(status.drains?.first { $0.target == target })
            guard report.hosts[0].state == "draining" else { break }
            Terminal.progress(status.drains?.first { $0.target == target }?.progress ?? "")
        }
        Terminal.clearProgress()
    }
}

extension DrainReport.Host {
    /// How far the drain is; nil: there is none any more.
    mutating func note(_ drain: Status.Drain?) {
        guard let drain else {
            state = "ended"
            return
        }
        share = drain.share
        switch drain.state {
        case "withdrawn": state = "withdrawn"
        case "kept": (state, neighbors) = ("kept", drain.neighbors)
        default: state = "draining"
        }
    }
}

extension Status.Drain {
    /// `draining the host: 34 % of the traffic still here, 12 s left; Ctrl-C leaves it draining`
    var progress: String {
        let still = share.map { "\(percent($0)) of the traffic still here, " } ?? ""
        return
            "draining \(target.words): \(still)\((secondsLeft ?? 0).whole(.up)) s left; Ctrl-C leaves it draining"
    }
}

extension Invocation {
    /// Asks all other hosts of the configuration, when there is something that somebody else must have.
    func confirm(_ prefixes: [String], _ status: Status, _ vouched: [String]) throws(Failure) -> Confirmation {
        var confirmation = Confirmation(prefixes: prefixes, vouched: vouched)
        guard let fleet = try fleet(status) else { return confirmation }
        let others = fleet.members.filter { $0.site != status.site || $0.host != status.host }
        Terminal.progress("asking \(others.count) other hosts")
        confirmation.ask(others, of: fleet)
        Terminal.clearProgress()
        return confirmation
    }

    /// The same once more, now that routes are on their way out. Of two operators who take different sites away at the
    /// same moment each was told that the other one's announces; the later one at least hears now that it doesn't.
    func confirmAgain(_ taken: [OrderAnswer.Route]) throws(Failure) -> Confirmation {
        guard !taken.isEmpty else { return Confirmation(prefixes: []) }
        let status = try status()
        return try confirm(status.prefixesLost(with: taken), status, [])
    }
}

extension Confirmation {
    var refusal: String {
        "nobody else is confirmed as announcing \(missing.joined(separator: ", ")); nothing was done\n"
            + "Name a way to the other hosts (--via 'ssh {host}'), say which sites you know to announce (--confirmed), or "
            + "--force."
    }

    /// Others stopped announcing while it began.
    var refusalAfterwards: String {
        "nobody else is confirmed any more as announcing \(missing.joined(separator: ", ")): it was taken back\n"
            + "Does somebody else drain at this moment? landfall status tells what others announce."
    }
}
