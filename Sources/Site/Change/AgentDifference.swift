internal import Announce
internal import Config
internal import Daemon
internal import Health
internal import Kernel
internal import Loop
internal import Net
internal import Probe
internal import Speaker

/// What left the configuration and isn't gone yet: routers may still send here.
struct Lingering {
    var addresses: [Address] = []
    var services: [ServiceChild] = []
    /// Until then, whichever of several changes asked for it.
    var ends = Instant.zero
}

/// From one edition to the next, by the difference only: whatever is the same in both goes on and notices nothing.
///
///     addresses ─▶ sockets ─▶ sessions ─▶ services ─▶ announcements ─▶ checks   …wait…   addresses and sockets that
///     ╰────── each may fail; then all is as it was ──╯                                   are not needed any more
extension Agent {
    func become(_ new: Edition) throws {
        let fresh = try addAddresses(of: new)
        let outfits: [(name: String, outfit: ServiceChild.Outfit)]
        do {
            outfits = try self.outfits(for: new)
            let (site, host) = (new.siteHost.site, new.siteHost.host)
            let configuration = try Speaker.Configuration(network: new.network, site: site, host: host)
            try speaker?.assumeIsolated { try $0.configure(configuration) }
        } catch {
            for address in fresh { addresses?.takeBack(address) }
            throw error
        }
        let old = inUse.edition
        inUse.edition = new
        linger(old)
        followTraffic()
        for (name, outfit) in outfits { start(name, outfit) }
        tidyHistory()
        apply(announcer.handle(.configure(Announce.Configuration(network: network, site: site)), now: Loop.now))
        changeChecks()
        hooks.configure(network.hooks)
        listenForScrapes()
        let wait = max(old.network.announce.withdrawWait, new.network.announce.withdrawWait)
        lingering.ends = max(lingering.ends, Loop.now + wait)
        loop.at(lingering.ends) { self.endLingering() }
    }

    private func addAddresses(of edition: Edition) throws -> [Address] {
        let wanted = addresses?.wanted ?? []
        let fresh = edition.network.services.flatMap(\.addresses).filter { !wanted.contains($0) }
        do { for address in fresh { try addresses?.add(address) } } catch {
            for address in fresh { addresses?.takeBack(address) }
            throw error
        }
        return fresh
    }

    /// Addresses that went, and services that did, still answer until routers have forgotten them.
    private func linger(_ old: Edition) {
        let kept = network.services.flatMap(\.addresses)
        lingering.addresses += old.network.services.flatMap(\.addresses).filter { !lingering.addresses.contains($0) }
        lingering.addresses.removeAll(where: kept.contains)
        lingering.services += services.filter { inUse.edition.copies[$0.name] == nil }
        services.removeAll { inUse.edition.copies[$0.name] == nil }
    }

    private func endLingering() {
        guard !isStopping, Loop.now >= lingering.ends else { return }
        for address in lingering.addresses { remove(address) }
        for service in lingering.services { service.stop() }
        lingering = Lingering()
        for service in services { service.replace(needed(service)) }
    }

    /// Without sockets of addresses and ports that are none of the service's any more.
    private func needed(_ child: ServiceChild) -> ServiceChild.Outfit {
        guard let service = network.services.first(where: { $0.name == child.name }),
            let serve = service.serve(at: site.name)
        else { return child.outfit }
        let endpoints = serve.addresses(of: service, on: host).map { Endpoint($0, port: serve.port) }
        var outfit = child.outfit
        outfit.sockets.removeAll { socket in !endpoints.contains { $0 == socket.local } }
        return outfit
    }

    // MARK: Services

    /// What each service of an edition is to be given. Sockets that are open already are taken over, also from another
    /// service; those that nobody needs any more stay for a while where they were.
    func outfits(for edition: Edition) throws -> [(name: String, outfit: ServiceChild.Outfit)] {
        let known = services + lingering.services
        var pool = known.flatMap(\.outfit.sockets)
        var outfits: [(name: String, outfit: ServiceChild.Outfit)] = []
        for service in edition.network.services {
            guard let copy = edition.copies[service.name],
                let serve = service.serve(at: edition.siteHost.site.name)
            else {
                continue
            }
            let addresses = serve.addresses(of: service, on: edition.siteHost.host)
            let sockets = try ServiceSockets.take(from: &pool, serve, at: addresses)
            outfits.append((service.name, ServiceChild.Outfit(sockets: sockets, copy: copy, answers: traffic.answers)))
        }
        for index in outfits.indices {
            let before = known.first { $0.name == outfits[index].name }?.outfit.sockets ?? []
            outfits[index].outfit.sockets += before.filter { socket in pool.contains { $0 === socket } }
        }
        return outfits
    }

    /// One that runs already is replaced in place, if it gets anything else.
    func start(_ name: String, _ outfit: ServiceChild.Outfit) {
        if let child = services.first(where: { $0.name == name }) { return child.replace(outfit) }
        let words = ["serve", options.file, "--site", site.name, "--host", host.name, "--service", name]
        let child = ServiceChild(name: name, loop: loop, outfit: outfit, arguments: words) { event in
            self.note(event, of: name)
        }
        services.append(child)
        child.start()
    }

    // MARK: Checks

    /// Checks that are the same keep their monitor, their counters and their schedule, wherever they stand now.
    func changeChecks() {
        var old = checks
        var added: [Int] = []
        checks = network.services.flatMap { service in
            service.addresses.flatMap { address in
                service.checks(of: address, at: site).enumerated().map { index, check in
                    let port = network.port(of: address)
                    let same = old.firstIndex { ($0.check, $0.address, $0.port) == (check, address, port) }
                    if let same {
                        var state = old.remove(at: same)
                        state.index = index
                        return state
                    }
                    lastCheck += 1
                    added.append(lastCheck)
                    return CheckState(check, id: lastCheck, index: index, address: address, port: port)
                }
            }
        }
        for state in old { end(state) }
        for id in added { begin(check: id) }
    }

    private func begin(check id: Int) {
        guard let index = place(ofCheck: id) else { return }
        let state = checks[index]
        arm(leaseOf: index, until: Loop.now + state.check.policy.lease)
        checks[index].watch = prober.assumeIsolated { prober in
            prober.watch(state.check, at: state.address, port: state.port) { [weak self] result in
                self?.assumeIsolated { agent in
                    if let index = agent.place(ofCheck: id) { agent.note(result, index) }
                }
            }
        }
    }

    private func end(_ state: CheckState) {
        if let watch = state.watch { prober.assumeIsolated { $0.stop(watch) } }
        if let lease = state.lease { loop.cancel(lease) }
    }

    /// Where a check is now; nil when it is gone, and what it says is too late.
    func place(ofCheck id: Int) -> Int? { checks.firstIndex { $0.id == id } }

    private func tidyHistory() {
        history = history.filter { network.prefixes.contains($0.key) || network.covers.contains($0.key) }
        for prefix in network.prefixes where history[prefix] == nil {
            history[prefix] = ("the checks have not passed yet", timestamp())
        }
        tally.keep(history.keys, site.neighbors.map(\.name))
        failuresTold = failuresTold.filter { name, _ in site.neighbors.contains { $0.name == name } }
    }
}
