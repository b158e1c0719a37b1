import Net

/// What must be announced, as a function of everything that has happened. Shares no code with `Announce`: it keeps the
/// whole history and looks back over it.
///
/// Services, each in a prefix of its own, and neighbors have numbers; time is in whole seconds.
enum Fact: Sendable {
    case nothing
    case verdict(Verdict, service: Int, check: String)
    case session(Int, isUp: Bool)
    case traffic(Double, Place)
    case drain(Place, for: Int?, isForced: Bool)
    case undrain(Place)
    case undo(Int?)
    case configure(Setup)
    case restart(asleep: Int)
}

enum Place: Hashable, Sendable {
    case host
    case service(Int)
    case neighbor(Int)
}

struct Setup: Hashable, Sendable {
    var services = 1
    var neighbors = 2
    var checks = ["c0"]
    var isAnchor = false
    /// At neighbor 0.
    var prepend = 0
}

/// What a neighbor is told: how often our ASN is repeated, and whether to move away.
struct Look: Hashable {
    var prepend: Int
    var isShuttingDown: Bool
}

struct Model {
    static let (holdDown, wait, halfLife, suppress, reuse, cap) = (3, 4, 8.0, 2.0, 1.0, 3.0)

    struct Displaced {
        var until: Int
        var ends: Int?
        var isForced: Bool
        var share: Double?
        var zeroSince: Int?
        var phase = Phase.moving
        enum Phase { case moving, withdrawn, kept }
    }

    struct Deed {
        var place: Place
        var before: Displaced?
        var state = State.stands
        enum State: Equatable { case stands, ended, undone, superseded(Int) }
    }

    struct Line {
        var service: Int
        var neighbor: Int
        /// 0 withdrawn, 1 draining, 2 last resort, 3 degraded, 4 healthy.
        var level = 0
        var look: Look?
        var hasFallen = false
        var wasSeen = false
        var wasLimited = false
        var limitEnded: Int?
        /// Everything the neighbor saw: when, and how much it counts.
        var sights: [(second: Int, weight: Double)] = []
        /// Since the last restart: how good the service was, in all checks.
        var record: [(second: Int, condition: Int)] = []
    }

    var setup: Setup
    var verdicts: [[String: Verdict]] = [[:], [:]]
    var passed: [Set<String>] = [[], []]
    var displaced: [Place: Displaced] = [:]
    var deeds: [Deed] = []
    var isUp = [true, true]
    var lines: [Line]

    init(_ setup: Setup) {
        self.setup = setup
        lines = (0..<setup.services).flatMap { service in
            (0..<setup.neighbors).map { Line(service: service, neighbor: $0) }
        }
    }

    /// The looks of all lines after each fact.
    static func looks(_ setup: Setup, _ history: [(second: Int, fact: Fact)]) -> [[Look?]] {
        var model = Model(setup)
        return history.map { moment in
            model.add(moment.fact, moment.second)
            model.goOn(moment.second)
            return model.lines.map(\.look)
        }
    }

    private mutating func add(_ fact: Fact, _ now: Int) {
        switch fact {
        case .nothing: break
        case .verdict(.unknown, _, _): break
        case .verdict(let verdict, let service, let check):
            verdicts[service][check] = verdict
            if verdict != .failing { passed[service].insert(check) }
        case .session(let neighbor, let up):
            guard isUp[neighbor] != up else { return }
            isUp[neighbor] = up
            for index in lines.indices where lines[index].neighbor == neighbor { session(index, up, now) }
        case .traffic(let share, let place):
            let zeroSince = displaced[place]?.zeroSince
            displaced[place]?.share = share
            displaced[place]?.zeroSince = share > 0 ? nil : zeroSince ?? now
        case .drain(let place, let length, let isForced): drain(place, length, isForced, now)
        case .undrain(let place):
            expire(now)
            if let before = displaced[place] { commit(place, before, nil) }
        case .undo(let number): undo(number, now)
        case .configure(let setup):
            self.setup = setup
            for service in 0...1 {
                verdicts[service] = verdicts[service].filter { setup.checks.contains($0.key) }
                passed[service] = passed[service].filter { setup.checks.contains($0) }
            }
        case .restart: restart(now)
        }
    }

    private mutating func session(_ index: Int, _ up: Bool, _ now: Int) {
        guard lines[index].look != nil else { return }
        if lines[index].wasSeen { lines[index].sights.append((now, 1)) }
        if up { lines[index].wasSeen = true }
        if !up, isWithheld(lines[index], now) { lines[index].level = setup.isAnchor ? min(2, lines[index].level) : 0 }
    }

    private mutating func restart(_ now: Int) {
        (verdicts, passed, isUp) = ([[:], [:]], [[], []], [true, true])
        displaced = displaced.mapValues { drain in
            var drain = drain
            (drain.share, drain.zeroSince) = (nil, nil)
            return drain
        }
        for index in lines.indices {
            var line = Line(service: lines[index].service, neighbor: lines[index].neighbor)
            if lines[index].wasSeen {
                line.wasSeen = true
                line.sights = lines[index].sights + (lines[index].look == nil ? [] : [(now, 1)])
                line.hasFallen = lines[index].level == 0 && lines[index].hasFallen
            }
            lines[index] = line
        }
    }

    // MARK: Operators

    private mutating func expire(_ now: Int) {
        for (place, drain) in displaced where drain.ends.map({ $0 <= now }) ?? false {
            displaced[place] = nil
            for index in deeds.indices where deeds[index].place == place && deeds[index].state == .stands {
                deeds[index].state = .ended
            }
        }
    }

    private mutating func drain(_ place: Place, _ length: Int?, _ isForced: Bool, _ now: Int) {
        expire(now)
        let before = displaced[place]
        if let before, before.ends == nil, length == nil, before.isForced == isForced { return }
        var after = before ?? Displaced(until: now + Self.wait, isForced: isForced)
        after.ends = length.map { now + $0 }
        after.isForced = isForced
        if isForced, after.phase == .kept { after.phase = .withdrawn }
        commit(place, before, after)
    }

    private mutating func commit(_ place: Place, _ before: Displaced?, _ after: Displaced?) {
        for index in deeds.indices where deeds[index].place == place && deeds[index].state == .stands {
            deeds[index].state = .superseded(deeds.count)
        }
        deeds.append(Deed(place: place, before: before))
        displaced[place] = after
    }

    private mutating func undo(_ number: Int?, _ now: Int) {
        expire(now)
        let latest = deeds.indices.last { deeds[$0].state != .undone }
        guard let index = number.map({ $0 - 1 }) ?? latest, deeds.indices.contains(index), deeds[index].state == .stands
        else { return }
        let before = deeds[index].before
        if let ends = before?.ends, ends <= now { return }
        displaced[deeds[index].place] = before.map {
            Displaced(until: now + Self.wait, ends: $0.ends, isForced: $0.isForced)
        }
        deeds[index].state = .undone
        for other in deeds.indices where deeds[other].state == .superseded(index) { deeds[other].state = .stands }
    }

    // MARK: Time

    private mutating func goOn(_ now: Int) {
        for (place, drain) in displaced where drain.phase == .moving {
            let isQuiet = drain.zeroSince.map { now - $0 >= 2 } ?? false
            guard isQuiet || now >= drain.until else { continue }
            displaced[place]?.phase = (drain.share ?? 0) > 0.2 && !drain.isForced ? .kept : .withdrawn
        }
        expire(now)
        for index in lines.indices { move(index, now) }
    }

    private mutating func move(_ index: Int, _ now: Int) {
        let (limit, all) = (limit(lines[index]), condition(lines[index].service, onlyPassed: false) ?? 0)
        lines[index].record.append((now, all))
        if limit < 4 {
            lines[index].wasLimited = true
        } else if lines[index].wasLimited {
            (lines[index].wasLimited, lines[index].hasFallen, lines[index].limitEnded) = (false, true, now)
        }
        let known = condition(lines[index].service, onlyPassed: true) ?? 2
        let least = best(known, lines[index], limit)
        if least < lines[index].level {
            (lines[index].level, lines[index].hasFallen) = (least, true)
        } else {
            let most = min(best(all, lines[index], limit), deserved(lines[index], now))
            lines[index].level = max(lines[index].level, most)
        }
        show(index, now)
    }

    private mutating func show(_ index: Int, _ now: Int) {
        let line = lines[index]
        let base = line.neighbor == 0 ? setup.prepend : 0
        let look =
            [nil, Look(prepend: base + 3, isShuttingDown: true)]
            + [5, 1, 0].map { Look(prepend: base + $0, isShuttingDown: false) }
        guard look[line.level] != line.look else { return }
        if line.wasSeen, isUp[line.neighbor] {
            lines[index].sights.append((now, line.look == nil || line.level == 0 ? 1 : 0.5))
        }
        if isUp[line.neighbor] { lines[index].wasSeen = true }
        lines[index].look = look[line.level]
    }

    /// 0 failing, 1 degraded, 2 healthy; nil when no check counts.
    private func condition(_ service: Int, onlyPassed: Bool) -> Int? {
        setup.checks.filter { !onlyPassed || passed[service].contains($0) }.map { check in
            switch verdicts[service][check] {
            case .healthy: 2
            case .degraded: 1
            default: 0
            }
        }.min()
    }

    private func limit(_ line: Line) -> Int {
        let concerning = [Place.host, .service(line.service), .neighbor(line.neighbor)].compactMap { displaced[$0] }
        return concerning.map { $0.phase == .withdrawn ? 0 : 1 }.min() ?? 4
    }

    private func best(_ condition: Int, _ line: Line, _ limit: Int) -> Int {
        if line.level == 0, limit < 4 { return 0 }
        return min(limit, [setup.isAnchor && line.level > 0 ? 2 : 0, 3, 4][condition])
    }

    private func deserved(_ line: Line, _ now: Int) -> Int {
        let earned = [4, 3, 2].first { isEarned($0, line, now) } ?? 0
        return isWithheld(line, now) ? (setup.isAnchor ? min(earned, 2) : 0) : earned
    }

    /// Whether every look at the service within the hold-down was good enough, and no drain ended within it.
    private func isEarned(_ level: Int, _ line: Line, _ now: Int) -> Bool {
        let wanted = level == 4 ? 2 : 1
        let run = line.record.reversed().prefix { $0.condition >= wanted }
        guard let first = run.last?.second else {
            return level == 2 && (line.limitEnded.map { now - $0 >= Self.holdDown } ?? false)
        }
        return !line.hasFallen || now - max(first, line.limitEnded ?? first) >= Self.holdDown
    }

    /// Replays all that the neighbor has seen.
    private func isWithheld(_ line: Line, _ now: Int) -> Bool {
        var (value, last, isWithheld) = (0.0, 0, false)
        for sight in line.sights + [(now, 0)] {
            for _ in last..<sight.second { value *= Self.perSecond }
            last = sight.second
            if value <= Self.reuse + 1e-9 { isWithheld = false }
            value = min(value + sight.weight, Self.cap)
            if value >= Self.suppress, sight.weight > 0 { isWithheld = true }
        }
        return isWithheld
    }

    /// The eighth root of a half.
    private static let perSecond = (0.5).squareRoot().squareRoot().squareRoot()
}
