internal import BGP
package import Control
package import Net
package import RIB

// MARK: `landfall explain PREFIX`

extension Seeing {
    package enum Subject: Hashable, Sendable {
        case prefix(Prefix)
        case address(Address)
    }

    /// Paths that are told one by one.
    static let mostPaths = 100

    /// The whole story of a prefix; where there are no routes to it, that of the most specific one that contains it.
    package func story(_ subject: Subject, _ rib: inout RIB) throws(SeeingRefusal) -> PrefixAnswer {
        var answer = PrefixAnswer()
        answer.time = moment.text
        let asked: Prefix
        switch subject {
        case .prefix(let prefix): (asked, answer.asked) = (prefix, "\(prefix)")
        case .address(let address): (asked, answer.asked) = (Prefix(host: address), "\(address)")
        }
        var covering = rib.covering(asked)
        let prefix = covering.popLast()
        answer.coveredBy = covering.map { "\($0)" }
        guard let prefix else { return answer }
        answer.prefix = "\(prefix)"
        tellPaths(of: prefix, &rib, &answer)
        tellDecision(on: prefix, &rib, &answer)
        if let use = rib.use(of: prefix) {
            answer.nextHops = zip(use.nextHops, use.neighbors).compactMap { hops, id in
                hops.first.map { text($0, id) }
            }
            answer.isBlackhole = use.isBlackhole ? true : nil
        }
        answer.told = audience(of: prefix, &rib)
        return answer
    }

    private func tellPaths(of prefix: Prefix, _ rib: inout RIB, _ answer: inout PrefixAnswer) {
        var telling = RouteTelling(self)
        let views = rib.paths(to: prefix)
        for view in views.prefix(Self.mostPaths) {
            var path = PrefixAnswer.Path()
            path.route = telling.answer(view, &rib)
            if view.accepted != nil {
                path.importChanges = telling.words(view.received, view.neighbor, rib).changes(to: path.route.attributes)
            }
            answer.paths.append(path)
        }
        answer.morePaths = views.count > Self.mostPaths ? views.count - Self.mostPaths : nil
    }

    // MARK: The decision

    private func tellDecision(on prefix: Prefix, _ rib: inout RIB, _ answer: inout PrefixAnswer) {
        var standing = rib.contenders(for: prefix)
        for step in DecisionStep.allCases where standing.count > 1 {
            let out = standing.filter { $0.lost == step }
            var told = PrefixAnswer.Step()
            (told.step, told.letter, told.prefers) = (step.code, step.letter.map(String.init), step.prefers)
            told.values = standing.prefix(Self.mostPaths).map {
                PrefixAnswer.Value(neighbor: label($0), value: step.value(of: $0))
            }
            told.out = out.prefix(Self.mostPaths).map { label($0) }
            standing.removeAll { $0.lost == step }
            told.left = standing.count
            answer.decision.append(told)
        }
    }

    private func label(_ contender: Contender) -> String {
        let name = contender.neighbor == .local ? "our own route" : name(contender.neighbor) ?? "a removed neighbor"
        return contender.pathID == 0 ? name : "\(name) path \(contender.pathID)"
    }

    // MARK: Who is told

    /// One of a group that is told the same stands for all of it.
    private func audience(of prefix: Prefix, _ rib: inout RIB) -> [PrefixAnswer.Told] {
        guard let best = rib.paths(to: prefix, in: .best).first else { return [] }
        let accepted = rib.attributes(best.accepted ?? best.received)
        let before = RouteAttributes(accepted.attributes, accepted.nextHops.map { text($0, best.neighbor) })
        var answers: [PrefixAnswer.Told] = []
        let (groups, absent) = rib.audiences
        for group in groups {
            let others = group.filter { $0 != best.neighbor }
            if let first = others.first { add(tell(rib.told(prefix, to: first), first, before), others, to: &answers) }
            if others.count < group.count { add(tell(.silent(.source), .local, before), [best.neighbor], to: &answers) }
        }
        add(tell(.nothing, .local, before), absent, to: &answers)
        return answers.filter(\.isTold) + answers.filter { !$0.isTold }
    }

    private func tell(_ told: RIB.Told, _ id: NeighborID, _ before: RouteAttributes) -> PrefixAnswer.Told {
        var answer = PrefixAnswer.Told()
        switch told {
        case .told(let attributes, let nextHops):
            let after = RouteAttributes(attributes, nextHops.map { text($0, id) })
            (answer.isTold, answer.attributes, answer.changes) = (true, after, before.changes(to: after))
        case .silent(let silence):
            (answer.check, answer.reason) = (silence.code, silence.text)
            if case .policy(let name, let rule) = silence { (answer.policy, answer.rule) = (name, rule) }
        case .nothing: (answer.check, answer.reason) = ("no-session", "there is no session")
        }
        return answer
    }

    /// To those that are told the same for the same reason, or a line of their own.
    private func add(_ told: PrefixAnswer.Told, _ ids: [NeighborID], to answers: inout [PrefixAnswer.Told]) {
        let names = ids.compactMap { name($0) }
        guard !names.isEmpty else { return }
        let same = answers.firstIndex { other in
            var other = other
            other.neighbors = []
            return other == told
        }
        if let same { return answers[same].neighbors += names }
        var told = told
        told.neighbors = names
        answers.append(told)
    }
}

extension PrefixAnswer {
    /// The prefix that it is about; of an address without a route, the address alone.
    package var subject: Prefix? { Prefix(prefix ?? asked) ?? Address(asked).map(Prefix.init(host:)) }
}
