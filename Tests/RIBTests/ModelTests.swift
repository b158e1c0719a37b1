import BGP
import Glibc
import Net
import RIB
import Testing

@Suite("Any history")
struct ModelTests {
    static let prefixes = ["203.0.113.0/24", "203.0.113.0/25", "198.51.100.0/24", "0.0.0.0/0", "192.0.2.128/26"]
        .compactMap { Prefix($0) }
    static let asns: [UInt32] = [64501, 64501, 64502, 65000, 65000, 64503]

    /// The RIB beside the model, from the same events.
    struct History {
        var random: SeededRandom
        let stage = Stage()
        var model: Model
        var ids: [NeighborID] = []
        var log: [String] = []

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
            let count = Int.random(in: 2...ModelTests.asns.count, using: &random)
            model = Model(
                peers: (0..<count).map { index in
                    Model.Peer(asn: ModelTests.asns[index], last: UInt8(index + 1), imports: .all, exports: .all)
                })
            for peer in model.peers { ids.append(stage.add(peer.asn, peer.last)) }
        }

        mutating func step() {
            let index = Int.random(in: 0..<ids.count, using: &random)
            let prefix = ModelTests.prefixes.randomElement(using: &random) ?? ModelTests.prefixes[0]
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9: announce(prefix, index)
            case 9..<13: withdraw(prefix, index)
            case 13: flap(index)
            case 14: change(imports: true, index)
            case 15: change(imports: false, index)
            case 16:
                let slice = Int.random(in: 1...3, using: &random)
                log.append("work \(slice)")
                stage.rib.work(slice)
            case 17:
                log.append("\(index) asks again")
                stage.rib.refresh(ids[index], .ipv4)
            default:
                let told = stage.hear(ids[index], limit: Int.random(in: 1...3, using: &random), times: 1)
                for each in told { log.append("\(index) hears \(each.announced), and \(each.withdrawn) withdrawn") }
            }
        }

        private mutating func announce(_ prefix: Prefix, _ index: Int) {
            guard model.peers[index].isUp else { return }
            let first = model.peers[index].isInternal ? 64600 : model.peers[index].asn
            var path = [first] + (0..<Int.random(in: 0...1, using: &random)).map { _ in UInt32(64700) }
            if Int.random(in: 0..<12, using: &random) == 0 { path.append(65000) }
            let route = PathAttributes(path: path) { route in
                if model.peers[index].isInternal { route.localPref = Bool.random(using: &random) ? 100 : 110 }
                if Bool.random(using: &random) { route.med = UInt32.random(in: 0...2, using: &random) }
                let tags: [[Community]] = [[], [], [], [Community(1, 1)], [.noExport], [.noAdvertise]]
                route.communities = tags.randomElement(using: &random) ?? []
                route.nextHop = Address(v4: 0xc000_0200 + UInt32(model.peers[index].last))
            }
            log.append(
                "\(index) announces \(prefix) \(route.asPath ?? ASPath()) \(route.med.map { "MED \($0) " } ?? "")\(route.communities)"
            )
            model.peers[index].routes[prefix] = route
            stage.announce("\(prefix)", route, from: ids[index])
        }

        private mutating func withdraw(_ prefix: Prefix, _ index: Int) {
            log.append("\(index) withdraws \(prefix)")
            model.peers[index].routes[prefix] = nil
            stage.withdraw("\(prefix)", from: ids[index])
        }

        private mutating func flap(_ index: Int) {
            log.append("\(index) goes \(model.peers[index].isUp ? "down" : "up")")
            if model.peers[index].isUp {
                model.peers[index].routes = [:]
                stage.down(ids[index])
            } else {
                let peer = model.peers[index]
                stage.up(ids[index], Stage.terms(id: UInt32(peer.last), isInternal: peer.isInternal))
            }
            model.peers[index].isUp.toggle()
        }

        private mutating func change(imports: Bool, _ index: Int) {
            let rules = Model.Rules.allCases.randomElement(using: &random) ?? .all
            log.append("\(index) \(imports ? "imports" : "exports") \(rules)")
            if imports {
                model.peers[index].imports = rules
                stage.rib.setImport(rules.policy, of: ids[index])
            } else {
                // Often for all at once, as a file with one policy for many has it.
                let all = Bool.random(using: &random)
                for peer in ids.indices where all || peer == index { model.peers[peer].exports = rules }
                stage.rib.setExport(rules.policy, of: all ? ids : [ids[index]])
            }
        }

        /// What differs once everything is settled; nil: nothing.
        func difference() -> String? {
            stage.settle()
            for prefix in ModelTests.prefixes {
                let best = model.best(prefix)
                let mine = stage.best("\(prefix)")
                if mine != best.map({ ids[$0.peer] }) {
                    return "best of \(prefix) is \(mine as Any), not \(best as Any)"
                }
            }
            for index in ids.indices where model.peers[index].isUp {
                let expected = ModelTests.prefixes.reduce(into: [Prefix: Heard]()) {
                    $0[$1] = model.told($1, to: index)
                }
                let listener = stage.listeners[ids[index]]
                if let errors = listener?.errors, !errors.isEmpty { return "\(index) can't read: \(errors)" }
                if listener?.table != expected {
                    return "\(index) has heard \(listener?.table as Any), not \(expected)"
                }
            }
            return ids.lazy.compactMap(miscount).first
        }

        /// What is counted as it comes and goes, beside what is there.
        private func miscount(_ id: NeighborID) -> String? {
            let routes = ModelTests.prefixes.flatMap { stage.rib.paths(to: $0) }.filter { $0.neighbor == id }
            let table = stage.rib.view(of: id).tables[0]
            let counts = [table.received, table.accepted, table.best]
            let there = [
                routes.count, routes.count { $0.accepted != nil }, routes.count { $0.standing == .best },
            ]
            return counts == there ? nil : "of \(id) there are \(there), and it counts \(counts)"
        }
    }

    /// In each of twenty parts. LANDFALL_ALL takes a minute.
    static let count = getenv("LANDFALL_ALL") == nil ? 150 : 1500

    @Test(
        "every history ends where a RIB of dictionaries does, and all neighbors know it", arguments: 0..<20)
    func histories(part: Int) {
        for number in 0..<Self.count {
            let seed = UInt64(part * 1500 + number)
            var history = History(seed: seed)
            for _ in 0..<Int.random(in: 5...20, using: &history.random) { history.step() }
            if let difference = history.difference() {
                Issue.record("seed \(seed): \(difference)\n\(history.log.joined(separator: "\n"))")
                return
            }
        }
    }

    @Test("whatever came and went, nothing is left of it", arguments: 0..<50)
    func nothingLeft(seed: Int) {
        var history = History(seed: UInt64(seed))
        for _ in 0..<100 { history.step() }
        for index in history.ids.indices { history.stage.down(history.ids[index]) }
        history.stage.settle()
        let size = history.stage.rib.size
        #expect(size.routes == 0 && size.prefixes == 0 && size.attributeSets == 0 && size.groups == 0, "seed \(seed)")
    }
}
