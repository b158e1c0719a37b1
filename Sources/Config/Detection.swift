public import Health

/// How fast a network notices, by arithmetic on its file. What it takes routers to follow comes on top.
extension Check {
    /// From the moment a service stops answering to the verdict. The first check that fails is sent up to `every` after
    /// the break, the last one `fall - 1` intervals later, and it is given its `timeout`. Fast intervals wait for the
    /// check before, too.
    public var noticedAfter: ClosedRange<Duration> {
        let interval = fast.map { min(every, max($0, timeout)) } ?? every
        let least = interval * (policy.fall - 1) + timeout
        return least...(least + every)
    }

    /// From the moment it answers again to the verdict *healthy*; the answers themselves count as immediate.
    public var trustedAfter: ClosedRange<Duration> { every * (policy.rise - 1)...every * policy.rise }
}

extension Check {
    /// Whether a service that falls silent makes it fail, and its failure withdraws: the kernel answers an ICMP echo, and
    /// what is about a link says nothing about the service.
    var seesService: Bool {
        if case .icmp = kind { return false }
        return policy.reach == .local && neighbor == nil
    }
}

extension Service {
    /// Until one of the checks of a service that is silent withdraws it; nil where none ever does.
    public var noticedAfter: ClosedRange<Duration>? {
        let ranges = checks.filter(\.seesService).map(\.noticedAfter)
        guard let least = ranges.map(\.lowerBound).min(), let most = ranges.map(\.upperBound).min() else { return nil }
        return least...most
    }

    /// Until all checks of a service that answers again have brought it back.
    public func announcedAgainAfter(holdDown: Duration) -> ClosedRange<Duration>? {
        let ranges = checks.map(\.trustedAfter)
        guard let least = ranges.map(\.lowerBound).max(), let most = ranges.map(\.upperBound).max() else { return nil }
        return (least + holdDown)...(most + holdDown)
    }
}
