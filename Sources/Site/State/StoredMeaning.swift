package import Announce
internal import Control
internal import Daemon
internal import FoundationEssentials
internal import Net

/// Whose memory it is.
package struct MemoryOwner: Hashable, Sendable, CustomStringConvertible {
    package var network: String
    package var site: String
    package var host: String

    package init(network: String, site: String, host: String) {
        (self.network, self.site, self.host) = (network, site, host)
    }

    package var description: String { "network \(network), site \(site), host \(host)" }
}

/// Between the engine's memory and the bytes of `memory.json`.
package enum MemoryFile {
    /// What no file holds more of: how much a reader, and the next start, can be made to carry.
    static let mostRoutes = 50_000
    static let mostDrains = 5000
    static let mostText = 2000

    package static func encode(_ memory: Memory, of owner: MemoryOwner, at clock: BootClock) -> [UInt8] {
        var stored = StoredMemory(
            network: owner.network, site: owner.site, host: owner.host, time: timestamp(clock.wall), boot: clock.boot,
            sinceBoot: clock.sinceBoot.inSeconds)
        stored.routes = memory.routes.prefix(mostRoutes).map(StoredMemory.Route.init)
        stored.drains = memory.drains.prefix(mostDrains).map(StoredMemory.Drain.init)
        stored.acts = memory.acts.suffix(Acts.most).map(StoredMemory.Act.init)
        stored.nextAct = memory.nextAct
        stored.loadStep = memory.loadStep.map(StoredMemory.LoadStep.init)
        return json(stored, isPretty: true).map { Array(($0 + "\n").utf8) } ?? []
    }

    /// The memory, and when it was written.
    package static func decode(_ bytes: [UInt8], for owner: MemoryOwner) throws(MemoryFault) -> (Memory, BootClock) {
        let stored = try parse(bytes)
        guard stored.schema == StoredMemory.schema else { throw .unknownSchema(String(stored.schema.prefix(64))) }
        let whose = MemoryOwner(network: stored.network, site: stored.site, host: stored.host)
        guard whose == owner else { throw .foreign(String("\(whose)".prefix(200))) }
        guard let wall = Date(rfc3339: stored.time) else { throw .damaged("its time is no RFC 3339") }
        let clock = BootClock(boot: stored.boot, sinceBoot: try span(stored.sinceBoot, "sinceBoot"), wall: wall)
        return (try stored.meant(), clock)
    }

    private static func parse(_ bytes: [UInt8]) throws(MemoryFault) -> StoredMemory {
        do { return try JSONDecoder().decode(StoredMemory.self, from: Data(bytes)) } catch {
            throw .damaged(bytes.isEmpty ? "it is empty" : "it is no JSON, or not that of a memory")
        }
    }

    static func span(_ seconds: Double, _ what: String) throws(MemoryFault) -> Duration {
        guard (0...BootClock.century).contains(seconds) else { throw .damaged("\(what) is no span of time") }
        return .seconds(seconds)
    }

    static func text(_ text: String, _ what: String) throws(MemoryFault) -> String {
        guard text.utf8.count <= 4 * mostText else { throw .damaged("\(what) is too long") }
        return text
    }

    static func share(_ share: Double, _ what: String) throws(MemoryFault) -> Double {
        guard (0...1000).contains(share) else { throw .damaged("\(what) is no share") }
        return share
    }

    static func number(_ number: Int, _ what: String) throws(MemoryFault) -> Int {
        guard (1...1_000_000_000).contains(number) else { throw .damaged("\(what) is no number of an act") }
        return number
    }
}

extension StoredMemory {
    fileprivate func meant() throws(MemoryFault) -> Memory {
        guard routes.count <= MemoryFile.mostRoutes, drains.count <= MemoryFile.mostDrains, acts.count <= Acts.most
        else { throw .damaged("it is larger than any that is written") }
        var memory = Memory()
        for route in routes { memory.routes.append(try route.meant()) }
        for drain in drains { memory.drains.append(try drain.meant()) }
        for act in acts { memory.acts.append(try act.meant()) }
        memory.nextAct = try MemoryFile.number(nextAct, "nextAct")
        memory.loadStep = try loadStep?.meant()
        return memory
    }
}

extension StoredMemory.Route {
    fileprivate init(_ route: Memory.Route) {
        self.init(
            prefix: "\(route.prefix)", neighbor: route.neighbor, penalty: route.penalty, isWithheld: route.isWithheld,
            owesHoldDown: route.owesHoldDown, isAnnounced: route.isAnnounced)
    }

    fileprivate func meant() throws(MemoryFault) -> Memory.Route {
        guard let known = Prefix(prefix) else { throw .damaged("a route's prefix is none") }
        var route = Memory.Route(prefix: known, neighbor: try MemoryFile.text(neighbor, "a neighbor"))
        route.penalty = try MemoryFile.share(penalty, "a penalty")
        (route.isWithheld, route.owesHoldDown, route.isAnnounced) = (isWithheld, owesHoldDown, isAnnounced)
        return route
    }
}

extension StoredMemory.Drain {
    fileprivate init(_ drain: Memory.Drain) {
        self.init(
            target: OrderTarget(of: drain.target), wait: drain.wait.inSeconds, left: drain.left?.inSeconds,
            keptShare: drain.keptShare, endsIn: drain.endsIn?.inSeconds, isForced: drain.isForced)
    }

    fileprivate func meant() throws(MemoryFault) -> Memory.Drain {
        var drain = Memory.Drain(
            target: try target.remembered(), wait: try MemoryFile.span(wait, "a drain's wait"), isForced: isForced)
        if let left { drain.left = try MemoryFile.span(left, "what is left of a drain's wait") }
        if let keptShare { drain.keptShare = try MemoryFile.share(keptShare, "a drain's share") }
        if let endsIn { drain.endsIn = try MemoryFile.span(endsIn, "a drain's end") }
        return drain
    }
}

extension OrderTarget {
    fileprivate func remembered() throws(MemoryFault) -> Drain.Target {
        if let name { _ = try MemoryFile.text(name, "a \(kind)") }
        return meant
    }
}

extension StoredMemory.LoadStep {
    fileprivate init(_ step: Memory.LoadStep) {
        self.init(isDegraded: step.isDegraded, ago: step.ago.inSeconds, kept: step.kept)
    }

    fileprivate func meant() throws(MemoryFault) -> Memory.LoadStep {
        var step = Memory.LoadStep(isDegraded: isDegraded, ago: try MemoryFile.span(ago, "the load step"))
        if let kept { step.kept = try MemoryFile.share(kept, "what the load step kept") }
        return step
    }
}

extension Duration {
    fileprivate var inSeconds: Double { max(0, min(Double(nanoseconds) / 1e9, BootClock.century)) }
}

extension StoredMemory.Act {
    fileprivate init(_ act: Memory.Act) {
        self.init(
            number: act.number, by: act.by, ago: act.ago.inSeconds, act: act.change.word,
            target: OrderTarget(of: act.change.target),
            effect: String(act.effect.prefix(MemoryFile.mostText)), standing: act.standing.word,
            undoneBy: act.takenBack?.by, undoneAgo: act.takenBack?.ago.inSeconds,
            before: act.before.map(StoredMemory.Drain.init), after: act.after.map(StoredMemory.Drain.init))
        if case .drain(_, let length, let isForced) = act.change {
            (self.for, self.isForced) = (length?.inSeconds, isForced)
        }
        if case .superseded(let by) = act.standing { supersededBy = by }
    }

    fileprivate func meant() throws(MemoryFault) -> Memory.Act {
        var memory = Memory.Act(
            number: try MemoryFile.number(number, "an act's number"), by: try MemoryFile.text(by, "an act's author"),
            ago: try MemoryFile.span(ago, "an act's age"), change: try change,
            effect: try MemoryFile.text(effect, "an act's effect"), standing: try standingMeant)
        if let undoneBy, let undoneAgo {
            memory.takenBack = .init(
                by: try MemoryFile.text(undoneBy, "an undo's author"),
                ago: try MemoryFile.span(undoneAgo, "an undo's age"))
        }
        memory.before = try before?.meant()
        memory.after = try after?.meant()
        return memory
    }

    private var change: Acts.Change {
        get throws(MemoryFault) {
            let target = try target.remembered()
            switch act {
            case "drain":
                var length: Duration?
                if let seconds = self.for { length = try MemoryFile.span(seconds, "a drain's length") }
                return .drain(target, for: length, isForced: isForced ?? false)
            case "undrain": return .undrain(target)
            default: throw .damaged("what an act did")
            }
        }
    }

    private var standingMeant: Acts.Standing {
        get throws(MemoryFault) {
            let known: [Acts.Standing] = [.inEffect, .ended, .undone, .superseded(by: supersededBy ?? 0)]
            guard let meant = known.first(where: { $0.word == standing }) else { throw .damaged("an act's standing") }
            if case .superseded(let by) = meant { _ = try MemoryFile.number(by, "what superseded an act") }
            return meant
        }
    }
}
