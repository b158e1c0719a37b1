internal import Kernel
internal import Loop
internal import Net
internal import RIB
internal import Speaker

/// Hears when addresses of this machine change.
struct AddressWatch {
    let changes: AddressChanges
    var watch: Watch?
    /// Another look is due.
    var isDue = false
}

// MARK: Where we are

extension Router {
    /// Several addresses change together, as a rule.
    private static let pause: Duration = .milliseconds(100)

    /// Looks, and goes on looking whenever an address comes or goes. It needs no rights. Where it can't be done, nothing is
    /// known of links, and next hops may be anywhere.
    func beginLooking() {
        do throws(SystemError) {
            let changes = try AddressChanges()
            addressWatch = AddressWatch(changes: changes)
            addressWatch?.watch = try loop.watch(changes.descriptor, for: .readable) { [weak self] _ in
                self?.assumeIsolated { $0.noteAddresses() }
            }
            connected = try Self.look()
        } catch { onEvent(.kernelFails(error)) }
    }

    func endLooking() {
        if let watch = addressWatch?.watch { loop.cancel(watch) }
        addressWatch = nil
    }

    private static func look() throws(SystemError) -> ConnectedNetworks {
        let netlink = try Netlink()
        return ConnectedNetworks(try netlink.interfaces(), try netlink.allAddresses())
    }

    private func noteAddresses() {
        guard let addressWatch, (try? addressWatch.changes.any()) ?? true, !addressWatch.isDue else { return }
        self.addressWatch?.isDue = true
        loop.after(Self.pause) { [weak self] in self?.assumeIsolated { $0.lookAgain() } }
    }

    private func lookAgain() {
        guard addressWatch != nil else { return }
        addressWatch?.isDue = false
        do throws(SystemError) { connected = try Self.look() } catch { onEvent(.kernelFails(error)) }
        surround()
        schedule()
    }

    /// What is around each neighbor.
    func surround() {
        for exchange in order {
            let session = exchange.neighbor.session
            let link = connected.link(to: session.address, session.interface)
            exchange.interface = session.interface ?? link?.name
            guard !connected.isHere(session.address) else {
                rib.setSurroundings(of: exchange.id, Surroundings())
                continue
            }
            var around = Surroundings()
            around.own = connected.own
            if exchange.neighbor.needsNextHopOnLink(of: configuration.asn) { around.link = link?.networks }
            rib.setSurroundings(of: exchange.id, around)
        }
    }
}

extension Router.Neighbor {
    /// RFC 4271 §5.1.3 (2): it is in another AS, and one hop away.
    fileprivate func needsNextHopOnLink(of asn: ASN) -> Bool {
        checksNextHop && routes.asn != asn && session.hops ?? 1 == 1
    }
}
