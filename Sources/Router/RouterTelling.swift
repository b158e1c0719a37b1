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
        guard let conversation = exchange.conversation, !conversation.isFull, !conversation.isOver else { return false }
        guard hasNews(for: exchange, conversation) else { return tellWithdrawals(exchange) }
        let telling = rib.take(for: exchange.id)
        send(telling, exchange)
        for family in telling.finished { finish(family, exchange) }
        if telling.announced > 0 { exchange.conversation?.hasAnnounced = true }
        if !rib.hasNews(for: exchange.id) { pause(exchange) }
        return true
    }

    private func send(_ telling: Telling, _ exchange: Exchange) {
        if !telling.bytes.isEmpty { send(telling.bytes, telling.messages, exchange) }
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

// MARK: The pause between two rounds (MRAI)

extension Router {
    /// What was left of a round, or a table that is told again, doesn't wait for the end of the pause.
    private func hasNews(for exchange: Exchange, _ conversation: Conversation) -> Bool {
        if rib.hasNews(for: exchange.id) { return true }
        guard exchange.neighbor.mrai > .zero, conversation.pause == nil else { return false }
        rib.beginRound(for: exchange.id)
        return rib.hasNews(for: exchange.id)
    }

    /// All of a round is told. With jitter, so that neighbors that heard together don't in step (RFC 4271 §10).
    private func pause(_ exchange: Exchange) {
        guard exchange.neighbor.mrai > .zero, let conversation = exchange.conversation, conversation.pause == nil,
            conversation.hasAnnounced
        else { return }
        let time = exchange.neighbor.mrai / 1000 * Int.random(in: 750...1000, using: &random)
        exchange.conversation?.pause = loop.after(time) {
            exchange.conversation?.pause = nil
            exchange.conversation?.hasAnnounced = false
            self.schedule()
        }
    }

    private func tellWithdrawals(_ exchange: Exchange) -> Bool {
        guard exchange.conversation?.pause != nil, rib.mayHaveWithdrawals(for: exchange.id) else { return false }
        send(rib.takeWithdrawals(for: exchange.id), exchange)
        return true
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
