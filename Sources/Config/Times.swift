internal import Announce
public import Health
public import Net

/// What may happen at a site, after how long somebody knows, and after how long its routes have followed: by arithmetic on
/// the file. How long other people's routers take to pass that on is for a rehearsal to measure.
///
///     break ──── noticed ────▶ verdict, hold timer, order ──── followed ────▶ UPDATE, session end, restart
///           └────────────────────────── together ────────────────────────────┘
public struct SiteTime: Hashable, Sendable {
    public enum Event: String, Hashable, Sendable, CaseIterable {
        /// Alive, and doesn't answer.
        case serviceHung = "service-hung"
        /// Its process is gone.
        case serviceKilled = "service-killed"
        /// Something that all sites depend on fails: a check whose reach is shared.
        case sharedFailed = "shared-failed"
        case agentKilled = "agent-killed"
        /// Alive, and does nothing.
        case agentHung = "agent-hung"
        /// The machine is gone, or its link drops everything: nothing is said any more.
        case hostSilent = "host-silent"
        /// A service answers again.
        case recovered
        case drain
        /// The agent is told to stop.
        case stop
    }

    /// What comes of it.
    public enum Outcome: Hashable, Sendable {
        case withdrawn
        /// By our own agent, on sockets that it holds: queries wait.
        case restarted
        /// It looks worse to neighbors, if the file says so; nobody withdraws.
        case degraded
        /// Its sessions close, and the neighbors drop its routes.
        case sessionsClosed
        /// The neighbors' hold timers end.
        case sessionsExpired
        case announced
        /// Less preferred meanwhile, then withdrawn.
        case movedThenWithdrawn
        /// The same, and the addresses go so much later.
        case stopped(addressesAfter: Duration)
        /// No check can tell.
        case unnoticed
        /// An anchor: these stay announced as a last resort; the service's other prefixes are withdrawn.
        case kept([Prefix], isAll: Bool)
        /// When all that share its prefix fail (`require: any`).
        case withdrawnWithOthers
    }

    public var site: String
    public var event: Event
    /// The service, or the check.
    public var subject: String?
    /// nil: never.
    public var noticed: ClosedRange<Duration>?
    /// From then on.
    public var followed: ClosedRange<Duration>?
    public var outcome: Outcome

    /// From the event to the end.
    public var together: ClosedRange<Duration>? {
        guard let noticed, let followed else { return nil }
        return (noticed.lowerBound + followed.lowerBound)...(noticed.upperBound + followed.upperBound)
    }
}

extension Network {
    /// All of them for a site, in the order of `SiteTime.Event`.
    public func times(at site: Site) -> [SiteTime] {
        var all = services.map { hanging($0, at: site) }
        all += services.map { killed($0, at: site) }
        for check in services.flatMap(\.checks) where check.policy.reach == .shared {
            all.append(time(site, .sharedFailed, check.name, check.noticedAfter, .degraded))
        }
        let silence = silence(at: site)
        all.append(time(site, .agentKilled, nil, nil, .sessionsClosed))
        all.append(time(site, .agentHung, nil, silence, .sessionsExpired))
        all.append(time(site, .hostSilent, nil, silence, .sessionsExpired))
        all += services.compactMap { recovered($0, at: site) }
        return all + [drain(site), stop(site)]
    }

    /// nil: at once.
    private func time(
        _ site: Site, _ event: SiteTime.Event, _ subject: String?, _ noticed: ClosedRange<Duration>?,
        _ outcome: SiteTime.Outcome, followed: ClosedRange<Duration>? = nil
    ) -> SiteTime {
        SiteTime(
            site: site.name, event: event, subject: subject, noticed: noticed ?? .zero ... .zero,
            followed: followed ?? .zero ... .zero, outcome: outcome)
    }

    private func hanging(_ service: Service, at site: Site) -> SiteTime {
        guard let noticed = service.noticedAfter else {
            return SiteTime(site: site.name, event: .serviceHung, subject: service.name, outcome: .unnoticed)
        }
        return time(site, .serviceHung, service.name, noticed, end(of: service, at: site))
    }

    /// ANNOUNCING 15: our own server is restarted in place, within 100 ms; another program's refuses.
    private func killed(_ service: Service, at site: Site) -> SiteTime {
        if service.serve(at: site.name) != nil {
            return time(
                site, .serviceKilled, service.name, nil, .restarted, followed: .zero ... .milliseconds(100))
        }
        guard let noticed = service.refusalNoticedAfter else {
            return SiteTime(site: site.name, event: .serviceKilled, subject: service.name, outcome: .unnoticed)
        }
        return time(site, .serviceKilled, service.name, noticed, end(of: service, at: site))
    }

    private func end(of service: Service, at site: Site) -> SiteTime.Outcome {
        let inside = prefixes.filter { service.addresses.contains(where: $0.contains) }
        let kept = inside.filter { prefix in
            let isGuarded = services.contains { other in
                other.addresses.contains(where: prefix.contains) && (other.isAnchor ?? site.isAnchor)
            }
            return isGuarded && !covers.contains { $0.contains(prefix) }
        }
        if !kept.isEmpty { return .kept(kept, isAll: kept == inside) }
        let others = services.filter { $0.name != service.name }.flatMap(\.addresses)
        let isShared = inside.allSatisfy { prefix in others.contains(where: prefix.contains) }
        return announce.require == .any && isShared ? .withdrawnWithOthers : .withdrawn
    }

    private func recovered(_ service: Service, at site: Site) -> SiteTime? {
        guard let trusted = service.announcedAgainAfter(holdDown: .zero) else { return nil }
        return time(
            site, .recovered, service.name, trusted, .announced, followed: announce.holdDown...announce.holdDown)
    }

    private func drain(_ site: Site) -> SiteTime {
        time(site, .drain, nil, nil, .movedThenWithdrawn, followed: .zero...announce.drain.wait)
    }

    private func stop(_ site: Site) -> SiteTime {
        let wait = min(announce.drain.stopWait, announce.drain.wait)
        let outcome = SiteTime.Outcome.stopped(addressesAfter: announce.withdrawWait)
        return time(site, .stop, nil, nil, outcome, followed: .zero...wait)
    }

    /// The last KEEPALIVE may be a third of the hold time old when a host falls silent (RFC 4271 §4.4), and some routers
    /// start their hold timers at three quarters of what was agreed (the jitter of §10).
    private func silence(at site: Site) -> ClosedRange<Duration> {
        let times = site.neighbors.map(\.holdTime)
        guard let least = times.min(), let most = times.max() else { return .zero ... .zero }
        return .milliseconds(least.wholeMilliseconds * 5 / 12)...most
    }
}

extension Check {
    /// From the moment a service refuses (its process is gone) to the verdict: nothing is waited for.
    public var refusalNoticedAfter: ClosedRange<Duration> {
        let least = min(every, fast ?? every) * (policy.fall - 1)
        return least...(least + every)
    }
}

extension Service {
    /// The same of its checks, as `noticedAfter`.
    public var refusalNoticedAfter: ClosedRange<Duration>? {
        let ranges = checks.filter(\.seesService).map(\.refusalNoticedAfter)
        guard let least = ranges.map(\.lowerBound).min(), let most = ranges.map(\.upperBound).min() else { return nil }
        return least...most
    }
}
