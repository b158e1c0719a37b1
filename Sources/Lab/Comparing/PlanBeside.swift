internal import Config
internal import Net
internal import Planner

/// A plan beside what was measured: of each client where it should land, and why it may not.
struct PlanBeside {
    let network: Network
    let prediction: Prediction

    /// What a client was found to do.
    struct Measured: Hashable {
        var client: String
        var asn: ASN
        var family: Family
        var site: Int?
        /// As the client's access router has it.
        var path: [ASN]
    }

    /// Counts a landing; returns what differs, nil when it is as planned.
    func compare(_ measured: Measured, in comparison: inout Report.PlanComparison) -> Report.PlanDifference? {
        comparison.compared += 1
        if prediction.possibleSites(of: measured.asn).count > 1 { comparison.ties += 1 }
        if prediction.path(of: measured.asn) ?? [] == measured.path { comparison.pathsAsPlanned += 1 }
        guard prediction.site(of: measured.asn) != measured.site else {
            comparison.asPlanned += 1
            return nil
        }
        return difference(measured)
    }

    private func difference(_ measured: Measured) -> Report.PlanDifference {
        var difference = Report.PlanDifference()
        (difference.client, difference.asn) = (measured.client, measured.asn.rawValue)
        (difference.family, difference.site) = ("\(measured.family)", OrNull(name(measured.site)))
        difference.asPath = measured.path.map(\.rawValue)
        difference.plannedSite = OrNull(name(prediction.site(of: measured.asn)))
        difference.plannedPath = (prediction.path(of: measured.asn) ?? []).map(\.rawValue)
        difference.possibleSites = prediction.possibleSites(of: measured.asn).map { network.sites[$0].name }
        let parting = prediction.parting(of: measured.asn, on: measured.path, at: measured.site)
        difference.parting = OrNull(parting.map(Report.Parting.init))
        difference.text = words(difference)
        return difference
    }

    private func name(_ site: Int?) -> String? { site.map { network.sites[$0].name } }

    private func words(_ it: Report.PlanDifference) -> String {
        let landed = it.site.value.map { "landed on \($0) (\(Self.words(it.asPath)))" } ?? "landed nowhere"
        let planned = it.plannedSite.value.map { "on \($0) (\(Self.words(it.plannedPath)))" } ?? "nowhere"
        let start = "\(it.client) in AS\(it.asn) (\(it.family)) \(landed), by the plan \(planned)"
        guard let parting = it.parting.value else { return start + "." }
        return "\(start): \(reason(parting)).\(tie(it))"
    }

    private func reason(_ parting: Report.Parting) -> String {
        guard !parting.taken.isEmpty else { return "\(parting.name) has no route" }
        let takes = "\(parting.name) takes \(Self.words(parting.taken))"
        if parting.planned.isEmpty { return takes + ", and the plan knows no route there" }
        guard let rule = parting.rule.value else {
            return takes + ", of which it never hears in the plan, and not \(Self.words(parting.planned))"
        }
        return "\(takes), and \(Self.words(parting.planned)) should win by \(Self.words(ofRule: rule))"
    }

    private func tie(_ it: Report.PlanDifference) -> String {
        guard let site = it.site.value, it.possibleSites.contains(site) else { return "" }
        return " Both are equally good: the tie-break decides, and it is exact."
    }

    private static func words(_ path: [UInt32]) -> String {
        path.isEmpty ? "no route" : path.map(String.init).joined(separator: " ")
    }

    private static func words(ofRule rule: String) -> String {
        switch Prediction.Rule(rawValue: rule) {
        case .own: "being its own route"
        case .relation: "coming from a better neighbor (customer, peer, provider)"
        case .length: "the shorter AS path"
        case .distance: "the nearer next hop"
        case .routerID: "the lower router ID"
        case .lowestASN: "the lower AS number"
        case .order, nil: "the lower router ID of the site"
        }
    }
}

extension Report.Parting {
    init(_ parting: Prediction.Parting) {
        (asn, name, rule) = (parting.asn.rawValue, parting.name, OrNull(parting.rule?.rawValue))
        (taken, planned) = (parting.taken.map(\.rawValue), parting.planned.map(\.rawValue))
    }
}
