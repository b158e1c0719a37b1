package import Control
package import Kernel
package import Loop
package import Net
package import RIB

/// The kernel's table, kept as a `FIB` says: its actions become system calls, and what the kernel says its events.
///
/// It may live on its router's loop or on one of its own: nothing waits for anything but the kernel's lock on its tables.
/// Orders go out some hundreds at a time, rows of the table come in some hundreds at a time, and between two of these
/// everybody else on the loop has a turn.
package actor KernelTable {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package enum Told: Sendable {
        /// For `RIB.setCost(of:_:)`.
        case costs([NextHopCost])
        case notice(FIB.Notice)
        /// A system call failed; it's tried again.
        case failed(SystemError)
    }

    private var fib: FIB
    private let options: Router.KernelOptions
    private let namespace: Namespace?
    private let tell: @Sendable (Told) -> Void
    private let routes: RouteSocket
    private let netlink: Netlink
    private let changes: RouteChanges
    private var watch: Watch?
    private var dumps: [RouteDump] = []
    private var isConsistent = true
    private var hasTurn = false
    private var stopped: [CheckedContinuation<Void, Never>] = []
    private var isStopped = false

    /// - Parameters:
    ///   - namespace: nil: that of the process, for which no right to change namespaces is needed.
    ///   - tell: is called on `loop`.
    package init(
        loop: Loop, options: Router.KernelOptions, in namespace: Namespace? = nil,
        tell: @escaping @Sendable (Told) -> Void
    ) throws(SystemError) {
        routes = try RouteSocket(in: namespace)
        netlink = try Netlink(in: namespace)
        changes = try RouteChanges(without: routes, in: namespace)
        (self.loop, self.options, self.namespace, self.tell) = (loop, options, namespace, tell)
        fib = FIB(options)
    }

    // MARK: For the router

    /// Begins to look at the table. What is wanted may be said before and after.
    package func start() throws(SystemError) {
        guard watch == nil, !isStopped else { return }
        watch = try loop.watch(changes.descriptor, for: .readable) { [weak self] _ in
            self?.assumeIsolated { $0.readChanges() }
        }
        handle(.start)
    }

    /// What `RIB.takeInstallations` gave.
    package func want(_ installations: [Installation]) { handle(.want(installations)) }

    /// Where a neighbor is, for next hops that are link-local. Of those without, it need not be said.
    package func neighbor(_ id: NeighborID, at address: Address, interface: String?, isInternal: Bool = false) {
        handle(.neighbor(id, address, interface: interface, isInternal: isInternal))
    }

    /// What `RIB.takeNextHopUses` gave; `Told.costs` answers.
    package func nextHops(_ uses: [NextHopUse]) { handle(.nextHops(uses)) }

    /// All neighbors have sent their End-of-RIB: what a predecessor left and nobody has wanted since goes.
    package func settled() { handle(.settled) }

    package var status: FIB.Status { fib.status }

    package func story(of prefix: Prefix) -> PrefixAnswer.Kernel { fib.story(of: prefix) }

    /// Comes back when nothing more is done to the table: with `flush`, when all our routes are gone from it.
    package func stop(flush: Bool) async {
        guard !isStopped else { return }
        await withCheckedContinuation { continuation in
            stopped.append(continuation)
            handle(.stop(flush: flush))
        }
    }

    // MARK: Actions

    private func handle(_ event: FIB.Event) { carryOut(fib.handle(event, now: Loop.now)) }

    private func carryOut(_ actions: [FIB.Action]) {
        for action in actions {
            switch action {
            case .look: look()
            case .arm(let timer, let delay):
                loop.after(delay) { [weak self] in self?.assumeIsolated { $0.handle(.due(timer)) } }
            case .costs(let costs): tell(.costs(costs))
            case .notice(let notice): tell(.notice(notice))
            case .stopped: end()
            }
        }
        takeTurn()
    }

    private func end() {
        isStopped = true
        dumps = []
        if let watch { loop.cancel(watch) }
        watch = nil
        for continuation in stopped { continuation.resume() }
        stopped = []
    }

    // MARK: Turns

    /// One more turn of the loop for us, after everybody else had theirs.
    private func takeTurn() {
        guard !hasTurn, fib.isBusy || !dumps.isEmpty else { return }
        hasTurn = true
        loop.submit { [weak self] in self?.assumeIsolated { $0.turn() } }
    }

    private func turn() {
        hasTurn = false
        guard !isStopped else { return }
        if fib.isBusy { sendOrders() }
        if fib.hasRoom { readRows() }
        takeTurn()
    }

    private func sendOrders() {
        let orders = fib.takeOrders()
        do throws(SystemError) {
            let refusals = try routes.carryOut(orders)
            carryOut(fib.answered(refusals))
        } catch {
            tell(.failed(error))
            carryOut(fib.failed())
        }
    }

    // MARK: Looking

    private func look() {
        isConsistent = true
        do throws(SystemError) {
            handle(.links(try netlink.interfaces()))
            let tables: Set = [options.table, OtherRoutes.mainTable]
            dumps = []
            for table in tables.sorted() {
                for family in Family.allCases { dumps.append(try RouteDump(of: table, family, in: namespace)) }
            }
        } catch { fail(error) }
    }

    private func fail(_ error: SystemError) {
        dumps = []
        tell(.failed(error))
        handle(.lookFailed)
    }

    private func readRows() {
        guard let dump = dumps.first else { return }
        var rows: [TableRoute] = []
        do throws(SystemError) {
            let progress = try dump.next { rows.append($0) }
            handle(.rows(rows))
            guard case .ended(let isWhole) = progress else { return }
            isConsistent = isConsistent && isWhole
            dumps.removeFirst()
            if dumps.isEmpty { handle(.looked(isConsistent: isConsistent)) }
        } catch { fail(error) }
    }

    private func readChanges() {
        var news: [RouteChanges.Change] = []
        do throws(SystemError) {
            let reading = try changes.read { news.append($0) }
            if !news.isEmpty { handle(.changes(news)) }
            if case .overrun = reading { handle(.overrun) }
        } catch { tell(.failed(error)) }
    }
}
