internal import Config
internal import Control
internal import Dialect
internal import Loop
internal import Net
internal import Planner

/// At the beginning, and whenever routes stand still after a step, clients must land where a plan of the same file says.
///
/// At the beginning that is the plan of what the file has healthy sites announce; later one of what they do announce: a
/// site that died or was drained is told nobody's neighbor, and one that is degraded is told with more prepends.
extension Director {
    /// At the beginning.
    func compareWithPlan(_ rows: [Evaluation.Row]) { compare(rows, after: nil) { _, _, _ in nil } }

    /// Returns what differs, in words.
    func compareWithPlan(after step: Rehearsal.Step) -> [String] {
        note(step)
        if mrai > .zero { return omit("routers hold announcements back (--mrai)", after: step) }
        if !loaded.isEmpty { return omit("a site has more than it can answer", after: step) }
        guard (try? awaitQuiet()) != nil else { return omit("routes didn't come to stand still", after: step) }
        let end = Loop.now
        let look = Evaluation(.nothing, from: end + .seconds(-1), to: end, deadline: network.rehearsal.deadline)
        let rows = conversations.map { look.row(for: $0, home: nil) }
        lookout.look()
        let known = network.hosts.indices.map(status(of:))
        return compare(rows, after: step) { site, neighbor, prefix in
            self.announcements(of: prefix, from: site, to: neighbor, as: known)
        }
    }

    private func note(_ step: Rehearsal.Step) {
        let hosts = step.target.map(network.hosts(named:)) ?? []
        switch step.kind {
        case .overload: loaded.formUnion(hosts)
        case .restore: loaded.subtract(hosts)
        default: break
        }
    }

    @discardableResult
    private func omit(
        _ reason: String, after step: Rehearsal.Step?, _ row: Evaluation.Row? = nil, _ family: Family? = nil
    ) -> [String] {
        var omitted = Report.NotCompared()
        (omitted.after, omitted.reason) = (OrNull(step?.name), reason)
        omitted.client = OrNull(row.map { blueprint.clients[$0.client].name })
        omitted.family = OrNull((row?.family ?? family).map { "\($0)" })
        report.plan.notCompared.append(omitted)
        return []
    }

    // MARK: Beside the plan

    @discardableResult
    private func compare(
        _ rows: [Evaluation.Row], after step: Rehearsal.Step?,
        _ told: @escaping (Int, Neighbor, Prefix) -> [Announcement]?
    ) -> [String] {
        var differences: [Report.PlanDifference] = []
        for target in network.targets {
            let family = target.server.address.family
            guard let beside = plan(of: target.server.address, after: step, told) else { continue }
            for row in rows where row.family == family {
                guard row.after != nil || step == nil else {
                    omit("no answer came", after: step, row)
                    continue
                }
                let measured = measured(row, path: routing.path(from: row.client, to: target.server.address) ?? [])
                guard var difference = beside.compare(measured, in: &report.plan) else { continue }
                difference.after = OrNull(step?.name)
                differences.append(difference)
            }
        }
        report.plan.differences += differences
        return differences.map(\.text)
    }

    private func plan(
        of address: Address, after step: Rehearsal.Step?, _ told: @escaping (Int, Neighbor, Prefix) -> [Announcement]?
    ) -> PlanBeside? {
        do throws(PlanError) {
            let prediction = try Prediction(network, from: "the file", of: address, told: told)
            guard prediction.gaps.isEmpty else {
                for gap in prediction.gaps { omit(gap, after: step, nil, address.family) }
                return nil
            }
            return PlanBeside(network: network, prediction: prediction)
        } catch {
            switch error {
            case .input(let text): omit(text, after: step, nil, address.family)
            case .file(let lines): omit(lines.joined(separator: "; "), after: step, nil, address.family)
            }
            return nil
        }
    }

    private func measured(_ row: Evaluation.Row, path: [UInt32]) -> PlanBeside.Measured {
        let client = blueprint.clients[row.client]
        return PlanBeside.Measured(
            client: client.name, asn: blueprint.routers[client.access].asn, family: row.family, site: row.after,
            path: path.map { ASN($0) })
    }

    // MARK: What is announced

    /// By each host of the site over its session with the neighbor: nothing that its router doesn't hold, and of what it
    /// holds what the agent says that it sent. One that says nothing has been silenced since, and sent what it does while healthy.
    private func announcements(
        of prefix: Prefix, from site: Int, to neighbor: Neighbor, as known: [Status?]
    ) -> [Announcement]? {
        let held = sessions(of: site, with: neighbor).filter { lookout.holds(prefix, over: $0) }
        var told: [Announcement] = []
        for session in held {
            let status = session.host.flatMap { known[$0] }?.neighbors.first { $0.name == neighbor.name }
            guard let said = status?.advertised.first(where: { Prefix($0.prefix) == prefix }) else { return nil }
            let announcement = Announcement(said, of: prefix)
            if !told.contains(announcement) { told.append(announcement) }
        }
        return told
    }

    /// A neighbor's address is that of its router's end of each of these.
    private func sessions(of site: Int, with neighbor: Neighbor) -> [Blueprint.Session] {
        let hosts = network.hosts(of: .site(site))
        return blueprint.sessions.filter { session in
            guard let host = session.host, hosts.contains(host) else { return false }
            let configured = blueprint.routers[session.router].neighbors.first { $0.name == session.name }
            return configured?.localAddress == neighbor.address
        }
    }
}

extension Announcement {
    fileprivate init(_ said: Status.Advertised, of prefix: Prefix) {
        self.init(prefix: prefix)
        (prepend, med) = (said.prepend, said.med)
        communities = said.communities.compactMap { Community($0) }
        largeCommunities = said.communities.compactMap { LargeCommunity($0) }
    }
}
