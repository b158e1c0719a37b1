import Kernel
import Net
import RIB
import Testing

@testable import Router

/// A `FIB` with a table of its own in place of the kernel's, in virtual time.
///
/// The table is rtnetlink's as far as the engine sees it: what is put replaces what has its prefix and metric, what is
/// removed must be there. What the real one does is `KernelTableTests`' subject.
final class Desk {
    var fib: FIB
    var now = Instant.zero
    /// By prefix and metric.
    var table: [Key: TableRoute] = [:]
    /// Prefixes that the table refuses.
    var refused: [Prefix: String] = [:]
    var links = [Interface(index: 2, name: "left"), Interface(index: 3, name: "right")]
    var orders: [RouteSocket.Order] = []
    var told: [FIB.Notice] = []
    var costs: [Address: UInt32?] = [:]
    var timers: [(at: Instant, timer: FIB.Timer)] = []
    var looks = 0
    var isStopped = false
    let options: Router.KernelOptions

    struct Key: Hashable {
        var prefix: Prefix
        var metric: UInt32
    }

    init(_ options: Router.KernelOptions = .init(), others: [TableRoute]? = nil) {
        self.options = options
        fib = FIB(options)
        let connected = [("192.0.2.0/24", Int32(2)), ("192.0.3.0/24", 3), ("2001:db8::/64", 2), ("2001:db8:3::/64", 3)]
        for route in others ?? connected.map({ other($0.0, on: $0.1) }) { have(route) }
    }

    func have(_ route: TableRoute) { table[Key(prefix: route.prefix, metric: route.metric)] = route }

    func start() {
        say(.start)
        settle()
    }

    func say(_ event: FIB.Event) { follow(fib.handle(event, now: now)) }

    /// Whatever can happen without time going on.
    func settle() {
        while fib.isBusy { turn() }
    }

    func turn() {
        let batch = fib.takeOrders(7)
        if isBroken { return follow(fib.failed()) }
        orders += batch
        follow(fib.answered(batch.indices.compactMap { answer(batch[$0], $0) }))
    }

    /// Time goes on, and timers with it.
    func wait(_ duration: Duration) {
        let end = now + duration
        settle()
        while let index = timers.indices.filter({ timers[$0].at <= end }).min(by: { timers[$0].at < timers[$1].at }) {
            let due = timers.remove(at: index)
            now = max(now, due.at)
            say(.due(due.timer))
            settle()
        }
        now = end
    }

    private func follow(_ actions: [FIB.Action]) {
        for action in actions {
            switch action {
            case .look: look()
            case .arm(let timer, let delay): timers.append((now + delay, timer))
            case .costs(let news): for each in news { costs.updateValue(each.cost, forKey: each.address) }
            case .notice(let notice): told.append(notice)
            case .stopped: isStopped = true
            }
        }
    }

    /// All at once; `slowly` does it by hand.
    var looksByItself = true
    /// System calls fail.
    var isBroken = false
    /// Somebody adds it whenever the table is read.
    var comesBack: TableRoute?

    private func look() {
        looks += 1
        if let comesBack { have(comesBack) }
        guard looksByItself else { return }
        if isBroken { return say(.lookFailed) }
        say(.links(links))
        say(.rows(rows))
        say(.looked(isConsistent: true))
    }

    var rows: [TableRoute] { table.values.sorted { ($0.prefix, $0.metric) < ($1.prefix, $1.metric) } }

    private func answer(_ order: RouteSocket.Order, _ index: Int) -> RouteSocket.Refusal? {
        switch order {
        case .add(let route) where table[Key(prefix: route.prefix, metric: route.metric)] != nil:
            return .init(index: index, code: 17, reason: "File exists")
        case .put(let route), .add(let route):
            if let reason = refused[route.prefix] { return .init(index: index, code: 101, reason: reason) }
            have(route)
        case .remove(let route), .removeExactly(let route):
            let key = Key(prefix: route.prefix, metric: route.metric)
            guard table[key]?.protocol == route.protocol else {
                return .init(index: index, code: 3, reason: "No such process")
            }
            table[key] = nil
        }
        return nil
    }

    // MARK: Words

    static func prefix(_ text: String) -> Prefix {
        guard let prefix = Prefix(text) else { preconditionFailure(text) }
        return prefix
    }

    static func address(_ text: some StringProtocol) -> Address {
        guard let address = Address(text) else { preconditionFailure(String(text)) }
        return address
    }

    func want(_ prefix: String, _ nextHops: String..., neighbor: UInt16 = 1, blackhole: Bool = false) {
        say(.want([installation(prefix, nextHops, neighbor, blackhole)]))
    }

    func installation(
        _ prefix: String, _ nextHops: [String], _ neighbor: UInt16 = 1, _ blackhole: Bool = false
    ) -> Installation {
        var result = Installation(
            prefix: Self.prefix(prefix), nextHops: nextHops.map { $0.split(separator: " ").map { Self.address($0) } },
            neighbors: nextHops.map { _ in NeighborID(rawValue: neighbor) })
        result.isBlackhole = blackhole
        return result
    }

    /// A route of somebody else.
    func other(
        _ prefix: String, via: String? = nil, on interface: Int32 = 2, protocol: UInt8 = 2, metric: UInt32 = 0
    ) -> TableRoute {
        TableRoute(
            Self.prefix(prefix), protocol: `protocol`, metric: metric,
            ways: [.init(interface: interface, gateway: via.flatMap { Address($0) })])
    }

    func ours(_ prefix: String, _ gateways: (String, Int32)..., metric: UInt32 = 20) -> TableRoute {
        TableRoute(
            Self.prefix(prefix), table: options.table, protocol: 186, metric: metric,
            kind: gateways.isEmpty ? .blackhole : .unicast,
            ways: gateways.map { .init(interface: $0.1, gateway: Self.address($0.0)) })
    }

    /// What is there of ours, as `prefix via gateways`.
    var installed: [String] {
        rows.filter { $0.protocol == 186 }.map { route in
            let ways = route.ways.map { "\($0.gateway.map { "\($0)" } ?? "link")@\($0.interface)" }
            return "\(route.prefix) \(route.kind == .blackhole ? "blackhole" : ways.joined(separator: " "))"
        }
    }

    func setLink(_ index: Int32, up: Bool, carrier: Bool? = nil) {
        guard let place = links.firstIndex(where: { $0.index == index }) else { return }
        (links[place].isUp, links[place].hasCarrier) = (up, carrier ?? up)
        say(.changes([.link(links[place])]))
    }
}
