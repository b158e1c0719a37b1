import Config
import Control
import Glibc
import Loop
import Net

/// `landfall drain --site`: every host of a site, each by its own agent, all at once.
struct SiteDrain {
    private let invocation: Invocation
    private let options: DrainOptions
    private let fleet: Fleet
    private let members: [Fleet.Member]

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        options = try DrainOptions(invocation)
        fleet = try invocation.siteFleet()
        members = fleet.members(at: options.site ?? "")
        if let site = options.site, options.vouched.contains(site) {
            throw Failure("drain: --confirmed \(site): that is the site to be drained; which others announce?")
        }
    }

    func run() throws(Failure) -> Exit {
        var report = plan()
        if !invocation.has("json") { Terminal.print(report.plan.fitted(to: Terminal.screenWidth)) }
        if report.refused == nil, !options.order.dryRun {
            begin(&report)
            lookAgain(&report)
            if report.refused == nil, options.isWaiting { watch(&report) }
        }
        report.ok = report.refused == nil && report.hosts.allSatisfy(isGood)
        return give(report)
    }

    private func isGood(_ host: DrainReport.Host) -> Bool {
        let isLate = options.isWaiting && !options.order.dryRun && host.state == "draining"
        return !isLate && !["unreached", "refused", "kept"].contains(host.state)
    }

    private func give(_ report: DrainReport) -> Exit {
        if invocation.has("json") { Terminal.print(json: report) }
        if let refused = report.refused {
            Terminal.say("landfall: drain: \(refused)")
        } else if !invocation.has("json"), !options.order.dryRun {
            Terminal.print(report.outcome.fitted(to: Terminal.screenWidth))
        }
        let away = report.hosts.filter { $0.state == "unreached" }.map(\.host)
        if !away.isEmpty {
            Terminal.say("landfall: drain: not reached, and as it was: \(away.joined(separator: ", "))")
        }
        return report.ok ? .done : .expectationFailed
    }

    // MARK: Before

    private func plan() -> DrainReport {
        Terminal.progress("asking \(fleet.members.count) hosts")
        var report = DrainReport()
        (report.dryRun, report.isAnnounced) = (options.order.dryRun, false)
        let target = OrderTarget(.host)
        let drafts: [Fleet.Answer<DrainReport>] = fleet.ask(members) { _ in
            ["drain", "--host", "--dry-run", "--json"] + words
        }
        var lost: [String] = []
        for (member, draft) in zip(members, drafts) {
            switch draft {
            case .document(let draft) where draft.hosts.count == 1:  // one that is drained already comes back as it is
                report.hosts.append(draft.hosts[0])
                report.isAnnounced = report.isAnnounced || draft.isAnnounced
                lost += draft.takesAway.filter { !lost.contains($0) }
            case .document: report.hosts.append(unreached(member, target, "an answer about no host"))
            case .unreached(let reason): report.hosts.append(unreached(member, target, reason))
            }
        }
        var confirmation = Confirmation(prefixes: lost, vouched: options.vouched)
        confirmation.ask(fleet.members.filter { $0.site != options.site }, of: fleet)
        report.note(confirmation)
        report.refused = refusal(report, confirmation)
        Terminal.clearProgress()
        return report
    }

    private func refusal(_ report: DrainReport, _ confirmation: Confirmation) -> String? {
        if report.hosts.allSatisfy({ $0.state == "unreached" }) {
            return "no host of the site was reached; nothing was done"
        }
        return confirmation.isEnough || options.order.force ? nil : confirmation.refusal
    }

    private func unreached(_ member: Fleet.Member, _ target: OrderTarget, _ reason: String) -> DrainReport.Host {
        .init(site: member.site, host: member.host, target: target, state: "unreached", reason: reason)
    }

    /// The options that every host gets as they were given here.
    private var words: [String] {
        ["wait", "for"].flatMap { name in invocation.value(name).map { ["--\(name)", $0] } ?? [] }
            + (options.order.force ? ["--force"] : [])
    }

    // MARK: Doing it

    /// Who confirmed is settled: the hosts needn't ask again.
    private func begin(_ report: inout DrainReport) {
        let reached = members.filter { member in
            report.hosts.contains { $0.host == member.host && $0.state == "would-drain" }
        }
        let sites = Set(report.confirmed.map(\.site)).sorted().joined(separator: ",")
        let vouching = sites.isEmpty ? [] : ["--confirmed", sites]
        let answers: [Fleet.Answer<DrainReport>] = fleet.ask(reached) { _ in
            ["drain", "--host", "--no-wait", "--json"] + words + vouching
        }
        for (member, answer) in zip(reached, answers) {
            guard let index = report.hosts.firstIndex(where: { $0.host == member.host }) else { continue }
            switch answer {
            case .document(let done) where done.hosts.count == 1 && done.ok:
                (report.hosts[index].state, report.hosts[index].act) = ("draining", done.hosts[0].act)
                report.hosts[index].saved = done.hosts[0].saved
            case .document(let done):
                (report.hosts[index].state, report.hosts[index].reason) = ("refused", done.refused ?? "")
            case .unreached(let reason):
                (report.hosts[index].state, report.hosts[index].reason) = ("unreached", reason)
            }
        }
    }

    /// Those that were confirmed must be announcing still, now that this site's hosts say that they are drained: somebody
    /// may drain theirs at the same moment.
    private func lookAgain(_ report: inout DrainReport) {
        guard !options.order.force, options.vouched.isEmpty else { return }
        var again = Confirmation(prefixes: report.takesAway)
        let witnesses = fleet.members.filter { member in report.confirmed.contains { $0.host == member.host } }
        again.ask(witnesses, of: fleet)
        guard !again.isEnough else { return }
        report.note(again)
        report.refused = again.refusalAfterwards
        takeBack(&report)
    }

    private func takeBack(_ report: inout DrainReport) {
        let acts = Dictionary(report.hosts.map { ($0.host, $0.act) }) { first, _ in first }
        let begun = members.filter { acts[$0.host] ?? nil != nil }
        let answers: [Fleet.Answer<Operated>] = fleet.ask(begun) { member in
            ["undo", "\((acts[member.host] ?? nil) ?? 0)", "--json"]
        }
        for (member, answer) in zip(begun, answers) {
            guard let index = report.hosts.firstIndex(where: { $0.host == member.host }) else { continue }
            if case .unreached(let reason) = answer {
                report.hosts[index].reason = "still draining: \(reason)"
                report.refused? += "\nNot taken back at \(member.host) (\(member.site)): \(reason)"
            } else {
                report.hosts[index].state = "refused"
            }
        }
    }

    private func watch(_ report: inout DrainReport) {
        var patience = 5
        while patience > 0, report.hosts.contains(where: { $0.state == "draining" }) {
            usleep(500_000)
            let open = members.filter { member in
                report.hosts.contains { $0.host == member.host && $0.state == "draining" }
            }
            var progress: [String] = []
            for (member, answer) in zip(open, fleet.statuses(at: open)) {
                guard let index = report.hosts.firstIndex(where: { $0.host == member.host }) else { continue }
                guard case .document(let status) = answer else {
                    patience -= 1
                    continue
                }
                let drain = status.drains?.first { $0.target.kind == .host }
                report.hosts[index].note(drain)
                if let drain, drain.state == "moving" { progress.append("\(member.host): \(drain.progress)") }
            }
            Terminal.progress(progress.joined(separator: " · "))
        }
        Terminal.clearProgress()
    }
}

extension Invocation {
    /// For `--site`: the configuration is the argument, or that of this host's agent when there is one.
    func siteFleet() throws(Failure) -> Fleet {
        let missing = Failure("\(verb.name): --site needs --via: how its hosts are reached, such as 'ssh {host}'")
        guard has("via") else { throw missing }
        let status: Status? = argument("FILE") == nil ? try status() : nil
        guard let fleet = try fleet(status) else { throw missing }
        let site = value("site") ?? ""
        guard !fleet.members(at: site).isEmpty else {
            let known = fleet.network.sites.map(\.name).joined(separator: ", ")
            throw Failure("\(verb.name): --site \(site): the file has \(known)")
        }
        return fleet
    }
}
