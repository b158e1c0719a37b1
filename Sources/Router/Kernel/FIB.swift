package import Kernel
package import Net
package import RIB

/// The kernel's routing table as the Loc-RIB wants it (RFC 4271 §9.1.2), beside what is in there. A value without sockets or
/// clock: `KernelTable` carries out what it asks for.
///
///     Loc-RIB ─▶ want ─▶ wishes ─▶ next hops resolved ─▶ targets ─┐
///                                                                 ├─ differ? ─▶ queue ─▶ takeOrders ─▶ kernel ─▶ answered
///     kernel's table ─▶ rows of a look, changes by others ─▶ present ─┘
///
/// For every prefix there are two numbers: of what is wanted, and of what is present. Whatever happens, the answer is the
/// same: where they differ, the prefix goes into the queue. Only routes with our protocol number, in our table, are ever
/// replaced or taken away.
///
///     starting ──looked──▶ adopting ──settled, or time is over──▶ steady
///         └──────────────────┴───────── stop ─────────────────────┴──▶ flushing ──nothing found──▶ stopped
package struct FIB: ~Copyable, Sendable {
    enum Phase: Equatable, Sendable {
        /// The table hasn't been looked at, so nothing is done to it.
        case starting
        /// What a predecessor left stays until its prefix is wanted, or until the neighbors had time to say everything.
        case adopting
        case steady
        /// Everything of ours goes; how often the table has been looked at for that.
        case flushing(looks: Int)
        case stopped
    }

    let options: Router.KernelOptions
    var phase = Phase.starting
    var entries = Entries()
    var wishes = Interned<Wish>()
    /// For each wish, the number of what it comes to; 0: its next hops can't be reached.
    var outcomes: [UInt32] = [0]
    var targets = Interned<Target>()
    var topology = Topology()
    /// Next hops whose cost is told, and for each what was said last; nil: nothing yet.
    var tracked = Interned<Address>()
    var costs: [Cost?] = [nil]
    var interest = Interest()
    /// Where resolving wishes anew goes on, and telling costs.
    var resolving = Circle()
    var telling = Circle()
    var look: Look?
    var sweep: Sweep?
    var queue = Queue()
    /// Routes to take away that aren't where ours belong.
    var strays: [TableRoute] = []
    /// Prefixes whose routes somebody else changed; they wait for the repair timer.
    var repairs: [UInt32] = []
    var sent: [Sent] = []
    var pace = Pace()
    var tally = Tally()

    package init(_ options: Router.KernelOptions) { self.options = options }

    // MARK: What happens, and what follows

    package enum Event: Sendable {
        case start
        /// Changes of the Loc-RIB.
        case want([Installation])
        /// Where a neighbor is: its address, the interface that its link-local one is on, and whether it is of our own AS.
        case neighbor(NeighborID, Address, interface: String?, isInternal: Bool = false)
        /// Next hops that have come into use by any route, or gone out of it.
        case nextHops([NextHopUse])
        /// The beginning of a look: all interfaces.
        case links([Interface])
        /// Of a look, routes of the table, whoever made them.
        case rows([TableRoute])
        case looked(isConsistent: Bool)
        case lookFailed
        /// By others, or by the kernel itself.
        case changes([RouteChanges.Change])
        /// Changes were lost.
        case overrun
        /// The neighbors have said all that they have (RFC 4724 §2, End-of-RIB), so what nobody wants by now can go.
        case settled
        case due(Timer)
        case stop(flush: Bool)
    }

    package enum Action: Sendable {
        /// Say `links`, then `rows` of our table and of the main one, then `looked`.
        case look
        case arm(Timer, after: Duration)
        /// For the decision (RFC 4271 §9.1.2.2 (e)).
        case costs([NextHopCost])
        case notice(Notice)
        case stopped
    }

    package enum Timer: Hashable, Sendable { case look, repair, retry, settled }

    package mutating func handle(_ event: Event, now: Instant) -> [Action] {
        guard phase != .stopped else { return [] }
        switch event {
        case .start: return beginLook()
        case .want(let installations): return want(installations)
        case .neighbor(let id, let address, let interface, let isInternal):
            place(id, Topology.Place(address: address, interface: interface, isInternal: isInternal))
            return []
        case .nextHops(let uses): return track(uses)
        case .links(let links): return begin(with: links)
        case .rows(let rows): return take(rows)
        case .looked(let isConsistent): return endLook(isConsistent, now)
        case .lookFailed: return failLook()
        case .changes(let changes): return note(changes, now)
        case .overrun: return noteOverrun(now)
        case .settled: return settle()
        case .due(let timer): return due(timer)
        case .stop(let flush): return stop(flush: flush)
        }
    }

    private mutating func due(_ timer: Timer) -> [Action] {
        pace.armed.remove(timer)
        switch timer {
        case .look: return beginLook()
        case .repair: return repair()
        case .retry: return retry()
        case .settled: return settle()
        }
    }

    mutating func arm(_ timer: Timer, after delay: Duration) -> [Action] {
        pace.armed.insert(timer).inserted ? [.arm(timer, after: delay)] : []
    }
}

/// What it costs to reach a next hop; nil: it can't be reached.
package struct NextHopCost: Hashable, Sendable {
    package var address: Address
    package var cost: UInt32?

    package init(address: Address, cost: UInt32?) { (self.address, self.cost) = (address, cost) }
}
