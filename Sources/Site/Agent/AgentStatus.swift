internal import Announce
internal import BGP
internal import Config
internal import Control
internal import Daemon
internal import Glibc
internal import Health
internal import Kernel
internal import Loop
internal import Net
internal import Speaker

/// What `GET /status` answers.
extension Agent {
    /// With the alarms that are open now, and what comes next.
    func currentStatus() -> Status {
        var status = status
        settleAlarms(status)
        (status.alarms, status.next) = (alarms.all, transitions)
        return status
    }

    /// Without alarms, which follow from it.
    var status: Status {
        var status = Status()
        (status.network, status.site, status.host) = (network.name, site.name, host.name)
        (status.version, status.pid) = (Version.text, Int(getpid()))
        (status.time, status.started, status.file) = (timestamp(), started, options.file)
        status.configuration = configurationStatus
        status.prefixes = announcer.intents(now: Loop.now).map(describe)
        status.checks = checks.map(describe)
        status.neighbors = speaker?.assumeIsolated { $0.neighbors.map(describe) } ?? []
        status.services = services.map(describe)
        if let counters = control?.counters {
            status.control.requests = counters.requests
            status.control.malformed = counters.malformed
            status.control.refused = counters.refused
        }
        (status.eventsLost, status.hooksLost) = (log.dropped + state.linesLost, hooks.dropped)
        (status.drains, status.load) = (drainStatus, loadShare)
        status.stateFolder = options.state
        if isStopping { status.isStopping = true }
        return status
    }

    private func describe(_ intent: PrefixIntent) -> Status.Prefix {
        var prefix = Status.Prefix()
        prefix.prefix = "\(intent.prefix)"
        (prefix.level, prefix.routes) = (intent.level.word, intent.routes.map(describe))
        prefix.waiting = intent.waiting.map { $0.text(now: Loop.now) }
        (prefix.reason, prefix.since) = history[intent.prefix] ?? ("", started)
        switch intent.state {
        case .announced: prefix.state = "announced"
        case .withdrawn:
            prefix.state = "withdrawn"
            prefix.reason = complaint(about: intent) ?? prefix.reason
        case .heldDown(let until):
            prefix.state = "held-down"
            prefix.secondsLeft = max(0, (until - Loop.now).milliseconds / 1000)
        }
        return prefix
    }

    /// What keeps a prefix from being announced now, which may be another check than the one that withdrew it.
    private func complaint(about intent: PrefixIntent) -> String? {
        guard !isStopping else { return nil }
        guard !intent.routes.isEmpty else {
            return "no neighbor here has an \(intent.prefix.family == .ipv4 ? "IPv4" : "IPv6") address"
        }
        let failing = checks.first { $0.monitor.verdict == .failing && intent.prefix.contains($0.address) }
        return failing.map { "\($0.check.name) at \($0.address): \($0.reason)" }
    }

    private func describe(_ state: CheckState) -> Status.Check {
        var check = Status.Check()
        (check.name, check.address) = (state.check.name, "\(state.address)")
        (check.verdict, check.reason, check.since) = (
            state.verdict.rawValue, state.uncertainty ?? state.reason, state.since
        )
        check.milliseconds = state.milliseconds
        (check.passed, check.failed, check.impossible) = (state.passed, state.failed, state.impossible)
        return check
    }

    private nonisolated func describe(_ status: NeighborStatus) -> Status.Neighbor {
        var neighbor = Status.Neighbor()
        (neighbor.name, neighbor.address, neighbor.asn) = (status.name, "\(status.address)", status.asn.rawValue)
        (neighbor.state, neighbor.lastError) = (status.state.rawValue, status.lastError)
        neighbor.since = timestamp(status.since, now: Loop.now)
        neighbor.holdTimeSeconds = status.negotiated.map { $0.holdTime.milliseconds / 1000 }
        neighbor.messagesReceived = status.counters.received.total
        neighbor.messagesSent = status.counters.sent.total
        neighbor.malformed = status.counters.malformed
        neighbor.prefixesReceived = UInt64(status.receivedPrefixes)
        neighbor.advertised = status.advertised.map(describe)
        neighbor.families = status.negotiated?.families.map { "\($0)" }
        neighbor.disabledFamilies = status.disabledFamilies.isEmpty ? nil : status.disabledFamilies.map { "\($0)" }
        neighbor.capabilities = status.capabilities.map { both, ours, theirs in
            var capabilities = SessionCapabilities()
            (capabilities.both, capabilities.oursOnly, capabilities.theirsOnly) = (both, ours, theirs)
            return capabilities
        }
        return neighbor
    }

    private nonisolated func describe(_ announcement: Announcement) -> Status.Advertised {
        var advertised = Status.Advertised()
        advertised.prefix = "\(announcement.prefix)"
        (advertised.prepend, advertised.med) = (announcement.prepend, announcement.med)
        advertised.localPref = announcement.localPref
        advertised.communities =
            announcement.communities.map(\.description) + announcement.largeCommunities.map(\.description)
        return advertised
    }

    private func describe(_ child: ServiceChild) -> Status.Service {
        var service = Status.Service()
        service.name = child.name
        service.state = child.isInCrashLoop ? "crash-loop" : child.process == nil ? "restarting" : "running"
        service.pid = child.process.map { Int($0.pid) }
        (service.since, service.restarts, service.lastEnd) = (child.since, child.restarts, child.lastEnd)
        (service.queriesPerSecond, service.bitsPerSecond) = (child.rate.queriesPerSecond, child.rate.bitsPerSecond)
        service.capacityQueriesPerSecond = site.capacity.queriesPerSecond
        service.capacityBitsPerSecond = site.capacity.bitsPerSecond
        let total = child.rate.total
        (service.queries, service.answers, service.malformed) = (total.queries, total.answers, total.malformed)
        (service.confinement, service.zones) = (total.confinement, total.zones)
        return service
    }
}
