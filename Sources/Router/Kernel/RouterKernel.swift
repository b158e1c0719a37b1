internal import BGP
internal import Kernel
internal import Loop
internal import Net
internal import RIB
internal import Speaker

/// The way of the Loc-RIB into the kernel. The table lives on a loop of its own: whoever holds the kernel's lock on its
/// tables for long then holds up no session.
final class Installing {
    let table: KernelTable
    /// A batch is on its way. The next one goes when it has arrived, so what waits is the RIB's log, and a prefix waits once.
    var isBusy = false
    /// What it costs to reach each next hop that the table was told of, as it says; near until then.
    var costs: [Address: UInt32?] = [:]
    /// What it said and the RIB hasn't heard yet.
    var news: ArraySlice<NextHopCost> = []
    /// By neighbor, families whose End-of-RIB is yet to come (RFC 4724 §2).
    var unheard: [String: Set<Family>]
    /// They have said everything, and what came last may not be on its way yet.
    var isSettling: Bool
    /// The router stops: what is in the kernel stays as it is until it is flushed.
    var isFrozen = false
    /// Who waits for the flush, and until when.
    fileprivate var onFlushed: (@Sendable () -> Void)?
    fileprivate var deadline: Timer?

    /// Of IPv4 it is an UPDATE of nothing, of IPv6 an MP_UNREACH_NLRI without prefixes.
    static let longestEndOfRIB = 30
    /// For the flush at the end; a million routes take a few seconds.
    static let patience: Duration = .seconds(60)

    init(_ table: KernelTable, _ neighbors: [Router.Neighbor]) {
        self.table = table
        let names = neighbors.map { ($0.session.name, Set(Family.allCases)) }
        unheard = Dictionary(names, uniquingKeysWith: { first, _ in first })
        isSettling = neighbors.isEmpty
    }

    /// On the table's loop, in the order of the calls.
    func tell(_ body: @escaping @Sendable (isolated KernelTable) -> Void) {
        let table = table
        table.loop.submit { table.assumeIsolated { body($0) } }
    }
}

// MARK: Routes for the kernel

extension Router {
    /// The kernel's table, on a loop of its own; nil: the kernel is left alone.
    var kernelTable: KernelTable? { installing?.table }

    /// nil: none is asked for.
    func makeKernelTable() throws(SystemError) -> KernelTable? {
        guard let options = configuration.kernel else { return nil }
        return try KernelTable(loop: try Loop(name: "kernel"), options: options) { [weak self] told in
            guard let self else { return }
            self.loop.submit { self.assumeIsolated { $0.take(told) } }
        }
    }

    func beginInstalling(_ table: KernelTable) {
        let installing = Installing(table, configuration.neighbors)
        self.installing = installing
        rib.startInstalling()
        let failed = onEvent
        installing.tell { table in
            do throws(SystemError) { try table.start() } catch { failed(.kernelFails(error)) }
        }
    }

    /// The next batch, unless one is on its way.
    func install() {
        guard let installing, !installing.isBusy, !installing.isFrozen else { return }
        guard rib.hasInstallations || rib.hasNextHopUses else { return settle(installing) }
        let (uses, batch) = (rib.takeNextHopUses(limit: 1000), rib.takeInstallations(limit: 1000))
        for use in uses { note(use, installing) }
        installing.isBusy = true
        let loop = loop
        installing.tell { table in
            table.nextHops(uses)
            table.want(batch)
            loop.submit { self.assumeIsolated { $0.installed() } }
        }
    }

    /// What is said of a next hop counts from when the table hears of it until it hears that it's gone.
    private func note(_ use: NextHopUse, _ installing: Installing) {
        if use.isUsed {
            installing.costs.updateValue(0, forKey: use.address)
        } else {
            installing.costs[use.address] = nil
            setCost(of: use.address)
        }
    }

    private func settle(_ installing: Installing) {
        guard installing.isSettling, !rib.hasWork else { return }
        installing.isSettling = false
        installing.tell { $0.settled() }
    }

    private func installed() {
        installing?.isBusy = false
        install()
    }

    /// Where neighbors are.
    func placeNeighbors() {
        guard let installing else { return }
        let left = installing.unheard.filter { exchanges[$0.key] != nil }
        if left.isEmpty, !installing.unheard.isEmpty { installing.isSettling = true }
        installing.unheard = left
        let asn = configuration.asn
        let places = order.map { ($0.id, $0.neighbor.session) }
        installing.tell { table in
            for (id, session) in places {
                table.neighbor(
                    id, at: session.address, interface: session.interface, isInternal: session.asn == asn)
            }
        }
    }

    /// Takes our routes out of the kernel, and then goes on. Not even a kernel that doesn't answer holds up the end.
    func flush(_ then: @escaping @Sendable () -> Void) {
        guard let installing else { return then() }
        installing.onFlushed = then
        installing.deadline = loop.after(Installing.patience) { self.abandonFlush() }
        let (table, loop) = (installing.table, loop)
        Task {
            await table.stop(flush: true)
            loop.submit { self.assumeIsolated { $0.flushed() } }
        }
    }

    private func abandonFlush() {
        onEvent(.kernel(.abandoned))
        flushed()
    }

    private func flushed() {
        if let deadline = installing?.deadline { loop.cancel(deadline) }
        let then = installing?.onFlushed
        installing?.onFlushed = nil
        then?()
    }

    /// How the kernel's table stands; nil: it is left alone.
    package func kernelStatus() async -> FIB.Status? {
        guard let table = installing?.table else { return nil }
        return await table.status
    }

    // MARK: What the kernel says

    private func take(_ told: KernelTable.Told) {
        switch told {
        case .costs(let news):
            installing?.news += news
            schedule()
        case .notice(let notice): onEvent(.kernel(notice))
        case .failed(let error): onEvent(.kernelFails(error))
        }
    }

    /// Some of what it says next hops cost. Of those that were told to be gone meanwhile, nothing is to be known.
    func takeCosts(_ limit: Int = 1000) {
        guard let installing, !installing.news.isEmpty else { return }
        for cost in installing.news.prefix(limit) where installing.costs.keys.contains(cost.address) {
            installing.costs.updateValue(cost.cost, forKey: cost.address)
            setCost(of: cost.address)
        }
        installing.news = installing.news.dropFirst(limit)
    }

    /// The interior cost of RFC 4271 §9.1.2.2 (e): what the kernel's routes say, and what is configured on top of that.
    func setCost(of address: Address) {
        let configured = configuredCosts[address] ?? 0
        let (sum, overflow) = configured.addingReportingOverflow((installing?.costs[address] ?? 0) ?? 0)
        let isOutOfReach = installing?.costs[address] == .some(nil)
        rib.setCost(of: address, isOutOfReach ? nil : overflow ? .max : sum)
    }

    // MARK: When everything has been said

    func noteEndOfRIB(_ message: Span<UInt8>, _ exchange: Exchange) {
        guard let installing, !installing.unheard.isEmpty, let codec = exchange.conversation?.codec,
            case .update(let update)? = try? Message.decode(Frame(type: .update, bytes: message.array), codec),
            update.reachable.isEmpty, update.unreachable.isEmpty
        else { return }
        noteHeard([update.unreach?.family ?? .ipv4], exchange)
    }

    /// Whoever offers graceful restart says with it that his first table ends with an End-of-RIB (RFC 4724 §3). Until then
    /// he may be silent for long, if he collects routes before he chooses among them. Of others, silence is all there is.
    func awaitTable(_ exchange: Exchange, _ peering: Peering, _ negotiated: Negotiated) {
        noteHeard(Set(Family.allCases).subtracting(negotiated.families), exchange)
        if !negotiated.promisesEndOfRIB { awaitQuiet(exchange, peering) }
    }

    /// Looks now and then whether a neighbor has said anything since the last time, until it hasn't.
    private func awaitQuiet(_ exchange: Exchange, _ peering: Peering) {
        guard installing?.unheard[exchange.name] != nil, let options = configuration.kernel else { return }
        loop.after(options.quiet) { self.noteQuiet(exchange, peering) }
    }

    private func noteQuiet(_ exchange: Exchange, _ peering: Peering) {
        guard exchange.conversation?.peering === peering else { return }
        guard exchange.conversation?.isQuiet == true else {
            exchange.conversation?.isQuiet = true
            return awaitQuiet(exchange, peering)
        }
        noteHeard(Set(Family.allCases), exchange)
        schedule()
    }

    /// Nothing more is to be expected of these families at first: they were said to their end, or aren't exchanged.
    func noteHeard(_ families: Set<Family>, _ exchange: Exchange) {
        guard let installing, let missing = installing.unheard[exchange.name] else { return }
        let rest = missing.subtracting(families)
        installing.unheard[exchange.name] = rest.isEmpty ? nil : rest
        if installing.unheard.isEmpty { installing.isSettling = true }
    }
}

extension Negotiated {
    fileprivate var promisesEndOfRIB: Bool { peerCapabilities.contains { $0.code == .gracefulRestart } }
}
