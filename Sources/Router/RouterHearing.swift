internal import BGP
internal import Loop
internal import Net
internal import RIB
internal import Speaker

// MARK: What neighbors say

extension Router {
    func take(_ event: RouteEvent, from peering: Peering) {
        guard let exchange = exchanges[peering.neighbor.name] else { return }
        if case .up(let negotiated, let nextHops) = event { return up(exchange, peering, negotiated, nextHops) }
        guard exchange.conversation?.peering === peering else { return }
        switch event {
        case .up: break
        case .down: down(exchange)
        case .updates(let batch): hear(batch, exchange, peering)
        case .disabled(let family): rib.disable(exchange.id, family)
        case .refreshing(let family): rib.beginRefresh(exchange.id, family)
        case .refreshed(let family): rib.endRefresh(exchange.id, family)
        case .tellAgain(let family): tellAgain(family, exchange, peering)
        case .drained: exchange.conversation?.isFull = false
        }
        schedule()
    }

    private func up(
        _ exchange: Exchange, _ peering: Peering, _ negotiated: Negotiated, _ nextHops: [Family: [Address]]
    ) {
        exchange.isOverLimit = false
        exchange.conversation = Conversation(
            peering: peering, codec: negotiated.codec, untold: Set(negotiated.families))
        rib.setPaced(exchange.neighbor.mrai > .zero, exchange.id)
        rib.up(exchange.id, SessionTerms(negotiated, nextHops: nextHops))
        awaitTable(exchange, peering, negotiated)
        placeOnLink(exchange, local: negotiated.local)
        schedule()
    }

    func down(_ exchange: Exchange) {
        if let pause = exchange.conversation?.pause { loop.cancel(pause) }
        exchange.conversation = nil
        links?.places[exchange.name] = nil
        rib.down(exchange.id)
    }

    private func hear(_ updates: UpdateBatch, _ exchange: Exchange, _ peering: Peering) {
        let now = Loop.now
        exchange.conversation?.isQuiet = false
        updates.forEach { message in
            guard exchange.conversation?.isOver == false else { return false }
            do throws(BGPError) {
                if exchange.neighbor.logsRoutes { log(message, exchange) }
                let update = try rib.receive(message, from: exchange.id, now: now)
                if let update, update.reaction != nil { peering.complain(of: update, message.array) }
                if message.count <= Installing.longestEndOfRIB { noteEndOfRIB(message, exchange) }
            } catch {
                exchange.conversation?.isOver = true
                peering.complain(error, message.array)
            }
            return true
        }
        peering.note(prefixes: Family.allCases.reduce(0) { $0 + rib.count(from: exchange.id, $1) })
        if rib.hasNotices { takeNotices() }
    }

    private func log(_ message: Span<UInt8>, _ exchange: Exchange) {
        guard let codec = exchange.conversation?.codec,
            case .update(let update)? = try? Message.decode(Frame(type: .update, bytes: message.array), codec)
        else { return }
        onEvent(.routes(exchange.name, announced: update.reachable, withdrawn: update.unreachable))
    }

    private func tellAgain(_ family: Family, _ exchange: Exchange, _ peering: Peering) {
        exchange.conversation?.retold.insert(family)
        peering.mark(.begin, family)
        rib.refresh(exchange.id, family)
    }
}

extension SessionTerms {
    fileprivate init(_ negotiated: Negotiated, nextHops: [Family: [Address]]) {
        self.init(
            peerID: negotiated.peerID, codec: negotiated.codec, families: negotiated.families, nextHops: nextHops)
        longestMessage = negotiated.codec.maximumLength
        extendedNextHop = negotiated.codec.ipv4OverIPv6
        peerRole = negotiated.peerRole
    }
}
