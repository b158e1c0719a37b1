internal import BGP
internal import Loop
internal import Net
internal import RIB
internal import Speaker

// MARK: What neighbors are told

extension Router {
    /// Neighbors that can be told something are, each in its turn, until `deadline`. Whoever doesn't read isn't asked: what
    /// waits for him is a set of prefixes in the RIB, and what he has been sent, some hundred kilobytes. True when nothing is
    /// left that can be told now.
    func tell(until deadline: Instant) -> Bool {
        var idle = 0
        while idle < order.count {
            nextToTell = nextToTell < order.count ? nextToTell : 0
            if tellSome(order[nextToTell]) {
                idle = 0
                guard Loop.now < deadline else { return false }
            } else {
                idle += 1
            }
            nextToTell += 1
        }
        return true
    }

    /// False when there is nothing to tell, or nobody who could hear it.
    private func tellSome(_ exchange: Exchange) -> Bool {
        guard let conversation = exchange.conversation, !conversation.isFull, !conversation.isOver,
            rib.hasNews(for: exchange.id)
        else { return false }
        let telling = rib.take(for: exchange.id)
        if !telling.bytes.isEmpty { send(telling.bytes, telling.messages, exchange) }
        for family in telling.finished { finish(family, exchange) }
        return true
    }

    private func send(_ bytes: [UInt8], _ messages: Int, _ exchange: Exchange) {
        guard let peering = exchange.conversation?.peering else { return }
        let isFull = !peering.tell(bytes, messages: messages)
        exchange.conversation?.isFull = isFull
    }

    /// The neighbor has heard the whole table of a family.
    private func finish(_ family: Family, _ exchange: Exchange) {
        guard let conversation = exchange.conversation else { return }
        if conversation.untold.contains(family) {
            exchange.conversation?.untold.remove(family)
            send(Message.update(.endOfRIB(family)).encoded(conversation.codec), 1, exchange)
        }
        if conversation.retold.contains(family) {
            exchange.conversation?.retold.remove(family)
            conversation.peering.mark(.end, family)
        }
    }
}

extension Update {
    /// RFC 4724 §2: useful to whoever waits for a table, with or without graceful restart.
    fileprivate static func endOfRIB(_ family: Family) -> Self {
        var update = Self()
        if family != .ipv4 { update.unreach = Unreach(family: family, prefixes: []) }
        return update
    }
}
