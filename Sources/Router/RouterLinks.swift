internal import Kernel
internal import Loop
internal import Net
internal import Speaker

/// Which of our links the neighbors are on whose sessions are up. When such a link fails nothing more comes from them, and
/// nobody has to wait for a hold timer to know it.
final class Links {
    struct Place {
        /// Its index.
        var interface: Int32
        /// Our end of the session.
        var local: Address
    }

    /// By the neighbor's name.
    var places: [String: Place] = [:]
    private let netlink: Netlink
    private let changes: RouteChanges
    private let loop: Loop
    private var watch: Watch?

    /// `onFall` hears of interfaces over which nothing goes, and why.
    init(_ loop: Loop, onFall: @escaping (Int32, String) -> Void) throws(SystemError) {
        (netlink, changes, self.loop) = (try Netlink(), try RouteChanges(ofLinksIn: nil), loop)
        watch = try loop.watch(changes.descriptor, for: .readable) { [weak self] _ in self?.read(onFall) }
    }

    func end() {
        if let watch { loop.cancel(watch) }
        watch = nil
    }

    /// The interface by which its packets go, if they go straight to it.
    func interface(of neighbor: Speaker.Neighbor, from local: Address) -> Int32? {
        if let name = neighbor.interface { return (try? Socket.zone(of: name)).map { Int32($0) } }
        guard let route = try? netlink.route(to: neighbor.address, from: local), route.kind == .unicast,
            let way = route.ways.first, route.ways.count == 1, way.gateway == nil
        else { return nil }
        return way.interface
    }

    private func read(_ onFall: (Int32, String) -> Void) {
        var news: [RouteChanges.Change] = []
        let reading = try? changes.read { news.append($0) }
        if case .overrun = reading, let all = try? netlink.interfaces() {
            news += Self.changes(places.values.map(\.interface), all)
        }
        for case (let index, let reason)? in news.map(\.fall) { onFall(index, reason) }
    }

    /// What may have happened unheard, as there are these interfaces now: those that are used and not among them are gone.
    static func changes(_ used: [Int32], _ all: [Interface]) -> [RouteChanges.Change] {
        let gone = Set(used).subtracting(all.map(\.index))
        return all.map { .link($0) } + gone.sorted().map { .linkGone($0) }
    }
}

extension RouteChanges.Change {
    fileprivate var fall: (interface: Int32, reason: String)? {
        switch self {
        case .link(let link) where !link.isUp: (link.index, "its interface \(link.name) is down")
        case .link(let link) where !link.hasCarrier: (link.index, "its interface \(link.name) has no carrier")
        case .linkGone(let index): (index, "its interface is gone")
        case .link, .route, .routeGone: nil
        }
    }
}

// MARK: Links that fail

extension Router {
    /// Its session is up: notes which link it is on.
    func placeOnLink(_ exchange: Exchange, local: Address) {
        let neighbor = exchange.neighbor.session
        guard neighbor.isOnLink(isInternal: neighbor.asn == configuration.asn), let links = linksWatched() else {
            return
        }
        links.places[exchange.name] = links.interface(of: neighbor, from: local).map {
            Links.Place(interface: $0, local: local)
        }
    }

    /// From the first session on that needs it.
    private func linksWatched() -> Links? {
        if let links { return links }
        do throws(SystemError) {
            links = try Links(loop) { [weak self] interface, reason in
                self?.assumeIsolated { $0.fall(interface, reason) }
            }
        } catch { onEvent(.kernelFails(error)) }
        return links
    }

    /// A session may go on over another link, if the neighbor's address is there too.
    private func fall(_ interface: Int32, _ reason: String) {
        guard let links else { return }
        for (name, place) in links.places where place.interface == interface {
            guard let exchange = exchanges[name] else { continue }
            if let other = links.interface(of: exchange.neighbor.session, from: place.local), other != interface {
                links.places[name]?.interface = other
            } else {
                exchange.conversation?.peering.lose(reason)
            }
        }
    }
}
