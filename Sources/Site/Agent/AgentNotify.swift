internal import Announce
internal import Config
internal import Loop
internal import Net

/// What the service manager is told of an agent (ANNOUNCING 17).
///
/// Ready is an agent whose control socket is open, whose sessions were begun and whose checks are made. It isn't waited
/// for what they find: a start during an outage would be killed for being late, and again, as long as the outage lasts.
extension Agent {
    func tellReady() {
        tellStatus()
        notifier?.ready()
    }

    /// In another turn of the loop, once for all prefixes that change in this one.
    func statusChanged() {
        guard notifier != nil, !isStatusDue else { return }
        isStatusDue = true
        loop.after(.zero) {
            self.isStatusDue = false
            self.tellStatus()
        }
    }

    private func tellStatus() {
        notifier?.tell(status: "\(site.name)/\(host.name): \(isStopping ? "stopping, " : "")\(announcedText)")
    }

    private var announcedText: String {
        let intents = announcer.intents(now: Loop.now)
        let announced = intents.filter(\.isAnnounced).map { "\($0.prefix)" }
        guard !announced.isEmpty else { return "announces none of \(intents.count)" }
        let share = announced.count == intents.count ? "" : "\(announced.count) of \(intents.count): "
        let named = announced.prefix(8).joined(separator: ", ")
        return "announces \(share)\(named)\(announced.count > 8 ? ", …" : "")"
    }
}
