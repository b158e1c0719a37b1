internal import Announce
internal import BGP
internal import Config
internal import Daemon
internal import Loop
internal import Net
internal import Speaker

/// The second half of the way of a failure: a verdict becomes an announcement or a withdrawal at every neighbor.
extension Agent {
    func apply(_ actions: [Announcer.Action]) {
        for action in actions {
            switch action {
            case .announce(let prefix, let names, let reason): change(.announced, prefix, names, reason)
            case .change(let prefix, let names, let reason): change(.changed, prefix, names, reason)
            case .withdraw(let prefix, let names, let reason): change(.withdrawn, prefix, names, reason)
            case .hold(let prefix, let names, let waiting):
                change(.heldDown, prefix, names, waiting.text(now: Loop.now))
            case .unhold(let prefix, let names, let reason): change(.withdrawn, prefix, names, reason)
            case .alarm, .resolved: lookAtAlarms()
            case .wake(let at): loop.at(at) { self.apply(self.announcer.handle(.tick, now: Loop.now)) }
            case .removeAddresses: removeAddresses()
            case .remember: remember()
            case .waited(let drain): say(.drainWaited) { tell(drain, &$0) }
            case .acted, .undone, .refused: break  // said by whoever operates
            }
        }
        followDrains()
    }

    func change(_ kind: Event.Kind, _ prefix: Prefix, _ neighbors: [String], _ reason: String) {
        if kind != .heldDown { advertise(prefix.family) }
        tally.prefixes[prefix, default: [:]][kind, default: 0] += 1
        history[prefix] = (reason, timestamp())
        statusChanged()
        say(kind) {
            ($0.prefix, $0.neighbors, $0.reason) = ("\(prefix)", neighbors, reason)
            $0.level = level(of: prefix).word
            $0.evidence = evidence(for: kind, of: prefix).nonEmpty
        }
    }

    /// Where it looks best.
    private func level(of prefix: Prefix) -> Level {
        announcer.routes.filter { $0.prefix == prefix }.map(\.level).max() ?? .withdrawn
    }

    func advertise(_ family: Family) {
        for neighbor in site.neighbors where neighbor.address.family == family {
            let table = announcer.table(for: neighbor.name)
            speaker?.assumeIsolated { $0.announce(table, to: neighbor.name) }
        }
    }

    func note(_ event: Speaker.Event) {
        switch event {
        case .up(let neighbor):
            failuresTold[neighbor] = nil
            say(.sessionUp) { $0.neighbor = neighbor }
            apply(announcer.handle(.session(neighbor: neighbor, isUp: true), now: Loop.now))
        case .down(let neighbor, let reason):
            tally.sessionsLost[neighbor, default: 0] += 1
            tell(.sessionDown, neighbor, reason)
            apply(announcer.handle(.session(neighbor: neighbor, isUp: false), now: Loop.now))
        case .failed(let neighbor, let reason): tellFailure(neighbor, reason)
        case .announced(let neighbor, let announcement):
            say(.advertised) { ($0.neighbor, $0.prefix) = (neighbor, "\(announcement.prefix)") }
        case .withdrawn(let neighbor, let prefix):
            say(.advertisementWithdrawn) { ($0.neighbor, $0.prefix) = (neighbor, "\(prefix)") }
        case .refused(let neighbor, let announcement, let reason):
            tell(.trouble, neighbor, "\(announcement.prefix) can't be announced: \(reason)")
        case .warning(let neighbor, let what): tell(.trouble, neighbor, what)
        case .malformed(let neighbor, let reason, let bytes):
            tell(.malformed, neighbor, "\(reason): \(hexadecimal(bytes))")
        }
    }

    /// A router that is away fails every few seconds, often in two ways in turn: each is told once until the session is
    /// up. The neighbor writes some of these reasons itself, so only so many are kept.
    private func tellFailure(_ neighbor: String, _ reason: String) {
        if failuresTold[neighbor, default: []].count >= 16 { failuresTold[neighbor] = [] }
        guard failuresTold[neighbor, default: []].insert(reason).inserted else { return }
        tell(.sessionFailed, neighbor, reason)
    }

    private func tell(_ kind: Event.Kind, _ neighbor: String, _ reason: String) {
        say(kind) { ($0.neighbor, $0.reason) = (neighbor, reason) }
    }
}

/// The beginning of a message, for somebody who wants to know what a router sent.
private func hexadecimal(_ bytes: [UInt8]) -> String {
    let shown = bytes.prefix(256).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return bytes.count > 256 ? "\(shown)… (\(bytes.count) bytes)" : shown
}
