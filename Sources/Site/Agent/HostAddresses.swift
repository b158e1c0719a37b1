internal import Kernel
internal import Loop
internal import Net

/// The service addresses that this host has on `lo`, where every host of an anycast service has them. One that somebody
/// else takes away (a network daemon that tidies up) is back within milliseconds, until it is removed here.
///
/// Lives on `loop`, and calls `onEvent` there. Keeps its descriptors, so that an address comes back even when there are no
/// more to be had.
final class HostAddresses {
    enum Event {
        case added(Address)
        /// Somebody had taken it.
        case restored(Address)
        case removed(Address)
        case failed(String)
    }

    /// What is kept there.
    private(set) var wanted: [Address] = []
    /// Those that were not there before us.
    private var ours: [Address] = []
    private let loop: Loop
    private let netlink: Netlink
    private let changes: AddressChanges
    private let onEvent: (Event) -> Void
    private var watch: Watch?
    private var pause: Timer?
    private var lastRound = Instant.zero
    private var lastFailure: String?

    private static let interface = "lo"
    /// Between two rounds of putting back: somebody who takes them away each time keeps nobody busy.
    private static let leastPause: Duration = .milliseconds(100)

    init(loop: Loop, onEvent: @escaping (Event) -> Void) throws(SystemError) {
        (self.loop, self.onEvent) = (loop, onEvent)
        netlink = try Netlink()
        changes = try AddressChanges(of: Self.interface)
        watch = try loop.watch(changes.descriptor, for: .readable) { [weak self] _ in self?.look() }
    }

    /// From now on this host has it. Nothing happens when it is there already: from an agent that was killed, or because
    /// somebody else takes care of it.
    func add(_ address: Address) throws(SystemError) {
        if !wanted.contains(address) { wanted.append(address) }
        guard try !present().contains(address) else { return }
        try netlink.addAddress(address, to: Self.interface)
        ours.append(address)
        onEvent(.added(address))
    }

    /// From now on this host doesn't have it, whoever put it there.
    func remove(_ address: Address) throws(SystemError) {
        wanted.removeAll { $0 == address }
        ours.removeAll { $0 == address }
        try netlink.removeAddress(address, from: Self.interface)
        onEvent(.removed(address))
    }

    /// Undoes an `add` that led to nothing: what was there before us stays.
    func takeBack(_ address: Address) {
        if ours.contains(address) { return (try? remove(address)) ?? () }
        wanted.removeAll { $0 == address }
    }

    /// Puts back what is missing, now or when the pause since the last time is over.
    func restore() {
        guard watch != nil, pause == nil else { return }
        guard Loop.now - lastRound >= Self.leastPause else {
            pause = loop.at(lastRound + Self.leastPause) { [weak self] in
                self?.pause = nil
                self?.restoreNow()
            }
            return
        }
        restoreNow()
    }

    /// From now on what somebody takes away stays away.
    func letGo() {
        if let watch { loop.cancel(watch) }
        watch = nil
    }

    /// As if we had never been here.
    func abandon() {
        letGo()
        for address in ours { try? netlink.removeAddress(address, from: Self.interface) }
    }

    private func look() {
        do throws(SystemError) {
            let gone = try changes.removed()
            if gone.map({ !$0.isDisjoint(with: wanted) }) ?? true { restore() }
        } catch { fail(error) }
    }

    private func restoreNow() {
        guard watch != nil else { return }
        lastRound = Loop.now
        do throws(SystemError) {
            let present = try present()
            for address in wanted where !present.contains(address) {
                try netlink.addAddress(address, to: Self.interface)
                onEvent(.restored(address))
            }
            lastFailure = nil
        } catch { fail(error) }
    }

    /// With whatever length of network: an operator may have them there as part of one.
    private func present() throws(SystemError) -> Set<Address> {
        Set(try netlink.addresses(of: Self.interface).map(\.address))
    }

    /// Once, until it succeeds again or fails in another way.
    private func fail(_ error: SystemError) {
        guard lastFailure != "\(error)" else { return }
        lastFailure = "\(error)"
        onEvent(.failed("\(error)"))
    }
}
