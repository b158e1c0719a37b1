public import Net

/// What operators do.
extension Announcer {
    mutating func operate(_ operation: Operation, by: String, _ changes: inout Changes) {
        endDrains(&changes)
        do throws(Refused) {
            let effect = try effect(of: operation)
            changes.cause = effect
            changes.isMemorable = true
            switch operation {
            case .drain(let target, let wait, let length, let isForced):
                let drain = drained(target, wait, length, isForced)
                replace(target, by: drain, .drain(target, for: length, isForced: isForced), by: by, effect, &changes)
            case .undrain(let target): replace(target, by: nil, .undrain(target), by: by, effect, &changes)
            case .undo(let number): try undo(number, by: by, &changes)
            }
        } catch { changes.say(.refused(error)) }
    }

    /// What an operation would do, in words; refuses what it would refuse. Changes nothing.
    public func effect(of operation: Operation) throws(Refused) -> String {
        if isStopping { throw .stopping }
        switch operation {
        case .drain(let target, let wait, let length, let isForced):
            try check(target)
            if let drain = drain(of: target) {
                let change = drain.change(wait, length, isForced: isForced)
                guard !change.isEmpty else { throw .alreadyDraining(target) }
                return "drain of \(target) goes on: \(change.joined(separator: ", "))"
            }
            let wait = (wait ?? policy.drain.wait).roundedText
            return "drain of \(target): \(routesText(target)) less preferred, withdrawn after \(wait)"
                + (length.map { ", over in \($0.roundedText)" } ?? "")
        case .undrain(let target):
            if drain(of: target) == nil { throw .notDraining(target) }
            return undrainText(target)
        case .undo(let number):
            let act = try acts.candidate(number)
            if let ends = act.before?.ends, ends <= clock { throw .tooLate(act.number) }
            let effect = act.before.map { "drain of \($0.target) again" } ?? undrainText(act.change.target)
            return "undo of act \(act.number): \(effect)"
        }
    }

    /// Those that are told something that a drain of `target` is about.
    public func neighborsTold(of target: Drain.Target) -> [String] {
        configuration.neighbors.map(\.name).filter { name in
            routes.contains { $0.neighbor == name && $0.told != nil && covers(target, $0) }
        }
    }

    /// What a drain of `target` takes away in the end: all that is announced now and that it is about, but for the covers
    /// that a drained host goes on announcing.
    public func routesTaken(by target: Drain.Target) -> [(prefix: Prefix, neighbor: String)] {
        routes.filter { route in
            route.told != nil && covers(target, route) && !(target == .host && isCover(route.prefix))
        }.map { ($0.prefix, $0.neighbor) }
    }

    func drain(of target: Drain.Target) -> Drain? { drains.first { $0.target == target } }

    private func undrainText(_ target: Drain.Target) -> String {
        "end of the drain of \(target): \(routesText(target)) back when healthy for \(policy.holdDown.roundedText)"
    }

    private func routesText(_ target: Drain.Target) -> String {
        let concerned = routes.filter { covers(target, $0) }
        let prefixes = (configuration.prefixes + configuration.covers).filter { prefix in
            concerned.contains { $0.prefix == prefix }
        }
        let neighbors = configuration.neighbors.map(\.name).filter { name in concerned.contains { $0.neighbor == name }
        }
        guard !prefixes.isEmpty else { return "nothing" }
        return prefixes.map(\.description).joined(separator: ", ") + " at " + neighbors.joined(separator: ", ")
    }

    private func check(_ target: Drain.Target) throws(Refused) {
        switch target {
        case .host: break
        case .service(let name):
            if !configuration.services.contains(where: { $0.name == name }) { throw .noSuchService(name) }
        case .neighbor(let name):
            if !configuration.neighbors.contains(where: { $0.name == name }) { throw .noSuchNeighbor(name) }
        }
    }

    /// A drain that is on already keeps its progress: only its end and its force are new.
    private func drained(_ target: Drain.Target, _ wait: Duration?, _ length: Duration?, _ isForced: Bool) -> Drain {
        let ends = length.map { clock + $0 }
        guard var drain = drain(of: target) else {
            return Drain(target, wait: wait ?? policy.drain.wait, ends: ends, isForced: isForced, now: clock)
        }
        drain.ends = ends
        if let wait { drain.hurry(wait, now: clock) }
        if isForced { drain.force() } else { drain.isForced = false }
        return drain
    }

    private mutating func replace(
        _ target: Drain.Target, by drain: Drain?, _ change: Acts.Change, by: String, _ effect: String,
        _ changes: inout Changes
    ) {
        acts.add(change, by: by, effect: effect, self.drain(of: target), drain, now: clock)
        set(drain, target)
        if let act = acts.all.last { changes.say(.acted(act)) }
    }

    private mutating func undo(_ number: Int?, by: String, _ changes: inout Changes) throws(Refused) {
        let act = try acts.candidate(number)
        let before = act.before?.restarted(now: clock)
        set(before, act.change.target)
        acts.undo(act.number, by: by, now: clock)
        if let undone = acts.all.last(where: { $0.number == act.number }) { changes.say(.undone(undone)) }
    }

    private mutating func set(_ drain: Drain?, _ target: Drain.Target) {
        drains.removeAll { $0.target == target }
        if let drain { drains.append(drain) }
    }
}

extension Drain {
    /// What another order for the same drain changes, in words; nothing when nothing does.
    fileprivate func change(_ wait: Duration?, _ length: Duration?, isForced: Bool) -> [String] {
        var all: [String] = []
        if case .moving = stage, let wait { all.append("withdrawn after \(wait.roundedText)") }
        if isForced != self.isForced {
            all.append(isForced ? "withdrawn whatever traffic is still here" : "not forced any more")
        }
        if let length {
            all.append("over in \(length.roundedText)")
        } else if ends != nil {
            all.append("until it is ended")
        }
        return all
    }
}
