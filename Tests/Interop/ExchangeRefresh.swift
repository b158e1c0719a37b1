import BGP
import Net
import Peers
import Speaker

/// Routes told again (RFC 2918), between marks (RFC 7313).
extension Exchange {
    func refreshes(_ sayings: [Wire.Saying]) -> [RouteRefresh] {
        sayings.compactMap { if case .success(.refresh(let refresh)) = $0.message { refresh } else { nil } }
    }

    func count(_ sayings: [Wire.Saying], _ prefix: Prefix) -> Int {
        sayings.count { saying in
            if case .success(.update(let update)) = saying.message { update.reachable.contains(prefix) } else { false }
        }
    }

    /// We ask, over every session. Who hasn't answered after a while isn't going to.
    mutating func ask() async throws {
        guard report.findings[.refresh] == nil else { return }
        let asked = links.compactMap { link in
            Prefix(Theirs.prefixes[link.family == .ipv4 ? 0 : 1]).map { ($0, link, count(field.heard(link), $0)) }
        }
        for (prefix, link, _) in asked { await field.speaker.refresh(prefix.family, of: link.name) }
        let isTold: Void? = try? await eventually("it tells its routes again", within: .seconds(10)) {
            asked.allSatisfy { prefix, link, before in count(field.heard(link), prefix) > before }
        }
        guard isTold == nil else { return }
        let words = field.router.output.split(separator: "\n").last {
            $0.contains("efresh") && $0.contains("\(first.ours)")
        }
        find(
            .refresh,
            .behaviour("it doesn't tell its routes again when we ask, and logs: \(words.map(onward) ?? "nothing")"))
    }

    /// From the neighbor's address on: without times and the like.
    func onward(_ line: Substring) -> Substring {
        line.firstRange(of: "\(first.ours)").map { line[$0.lowerBound...] } ?? line
    }

    /// It asks, if that is what it does when it is told to. Whether it did is known once it has said the next thing.
    mutating func answer() async throws {
        for link in links where !link.isSecured { try await field.router.refresh(link) }
        try await withdraw()
        let asked = links.filter { link in refreshes(field.heard(link)).contains { $0.subtype == .request } }
        for link in asked {
            guard let prefix = link.prefixes.first(where: { $0.family == link.family }) else { continue }
            try await eventually("\(link.name) is told again") { count(field.said(link), prefix) > 1 }
        }
        if !asked.isEmpty, case .behaviour(let words)? = report.findings[.refresh] {
            report.findings[.refresh] = .behaviour("it asked and was told again; " + words)
        }
        find(
            .refresh,
            asked.isEmpty
                ? .behaviour("we asked and were told again; told to ask, it doesn't")
                : .both("we asked and were told again; it asked and was"))
        marks()
    }

    /// What stands around answers, ours and its.
    mutating func marks() {
        guard report.findings[.enhancedRefresh] == nil else { return }
        func areMarked(_ sayings: [Wire.Saying]) -> Bool {
            let kinds = refreshes(sayings).map(\.subtype)
            return kinds.contains(.begin) && kinds.contains(.end)
        }
        let ours = links.contains { areMarked(field.said($0)) }
        let theirs = links.contains { areMarked(field.heard($0)) }
        let isAsked = links.contains { refreshes(field.heard($0)).contains { $0.subtype == .request } }
        expect(ours == isAsked, "BoRR and EoRR around our answers")
        find(
            .enhancedRefresh,
            ours && theirs
                ? .both("BoRR and EoRR around answers, both ways")
                : .behaviour(
                    "BoRR and EoRR: \(ours ? "around ours" : "not asked of us"), \(theirs ? "from it" : "none from it")"
                ))
    }
}
