internal import BGP
internal import Loop
internal import Net
internal import RIB
internal import Speaker

// MARK: What follows from what neighbors say

extension Router {
    /// How long a turn may work, and then tell.
    private static let moment: Duration = .milliseconds(1)

    /// A turn follows, once all that has arrived is heard: what changes together is told together.
    func schedule() {
        guard !isTurnDue else { return }
        isTurnDue = true
        loop.submit { self.assumeIsolated { $0.turn() } }
    }

    private func turn() {
        isTurnDue = false
        takeCosts()
        work(until: Loop.now + Self.moment)
        let isToldAll = tell(until: Loop.now + Self.moment)
        if rib.hasNotices { takeNotices() }
        install()
        if rib.hasWork || !isToldAll || installing?.news.isEmpty == false { schedule() }
    }

    private func work(until deadline: Instant) {
        while rib.hasWork {
            rib.work(500)
            guard Loop.now < deadline else { return }
        }
    }

    /// Limits that were met.
    func takeNotices() {
        for notice in rib.takeNotices() {
            guard let exchange = order.first(where: { $0.id == notice.neighbor }) else { continue }
            if let error = notice.end { end(exchange, error) }
            if let warning = notice.warning { onEvent(.session(.warning(exchange.name, warning))) }
        }
    }

    private func end(_ exchange: Exchange, _ error: BGPError) {
        guard let peering = exchange.conversation?.peering else { return }
        exchange.isOverLimit = true
        peering.end(error)
        let hold = exchange.neighbor.session.prefixHold.map { "about \($0.shortText), or " } ?? ""
        let text = "it met a limit, and its session stays down for \(hold)until a reload with another limit"
        onEvent(.session(.warning(exchange.name, text)))
    }
}

extension Notice {
    fileprivate var neighbor: NeighborID {
        switch self {
        case .manyPrefixes(let id, _, _, _), .tooManyPrefixes(let id, _, _), .tooManyAttributes(let id, _),
            .tooManyNextHops(let id, _), .tooManyPrefixesOut(let id, _, _, _), .tooLong(let id, _):
            id
        }
    }

    /// What the session ends with.
    fileprivate var end: BGPError? {
        switch self {
        case .tooManyPrefixes(_, _, let limit): .tooManyPrefixes(limit: limit)
        case .tooManyAttributes(_, let limit): .tooManyAttributes(limitBytes: limit)
        case .tooManyNextHops(_, let limit): .tooManyNextHops(limit: limit)
        case .tooManyPrefixesOut(_, _, let count, let limit): .tooManyAnnouncements(count, limit: limit)
        case .manyPrefixes, .tooLong: nil
        }
    }

    fileprivate var warning: String? {
        switch self {
        case .manyPrefixes(_, let family, let count, let limit):
            "\(count) \(family) prefixes received, \(limit) are allowed"
        case .tooLong(_, let count): "the attributes of \(count) prefixes don't fit a message to it (RFC 8654 §4)"
        case .tooManyPrefixes, .tooManyAttributes, .tooManyNextHops, .tooManyPrefixesOut: nil
        }
    }
}
