import BGP
import Net

/// Messages in words, one fact a line.
func meaning(_ result: Result<[Message], BGPError>) -> [String] {
    switch result {
    case .success(let messages): return messages.flatMap(meaning)
    case .failure(let error):
        let notification = error.notification
        let data = notification.data.isEmpty ? "" : ", data \(hex(notification.data))"
        return ["error: \(error)", "notification: \(notification)\(data)"]
    }
}

private func meaning(_ message: Message) -> [String] {
    switch message {
    case .open(let open):
        ["OPEN \(open.asn), id \(open.id), hold time \(open.holdTime) s"]
            + open.capabilities.map { "capability \(words($0))" }
    case .notification(let notification): ["NOTIFICATION \(notification)"]
    case .keepalive: ["KEEPALIVE"]
    case .refresh(let refresh): ["ROUTE-REFRESH \(refresh)"]
    case .update(let update): meaning(update)
    }
}

private func words(_ capability: Capability) -> String {
    switch capability {
    case .multiprotocol(let family): "multiprotocol \(family)"
    case .fourByteASN(let asn): "four-byte ASN \(asn)"
    case .role, .extendedNextHop, .routeRefresh, .enhancedRouteRefresh, .extendedMessage: "\(capability)"
    case .other(let code, let bytes): "\(code.rawValue) [\(bytes.count > 8 ? "\(bytes.count) bytes" : hex(bytes))]"
    }
}

private func meaning(_ update: Update) -> [String] {
    var lines = ["UPDATE"]
    func add(_ name: String, _ value: (some Any)?) { if let value { lines.append("\(name) \(value)") } }
    let attributes = update.attributes
    add("origin", attributes.origin?.rawValue)
    add("path", attributes.asPath.map { "[\($0)]" })
    add("next hop", attributes.nextHop)
    add("med", attributes.med)
    add("local preference", attributes.localPref)
    if attributes.atomicAggregate { lines.append("atomic aggregate") }
    add("aggregator", attributes.aggregator.map { "\($0.asn) \($0.id)" })
    for community in attributes.communities { add("community", community) }
    for community in attributes.largeCommunities { add("large community", community) }
    for community in attributes.extendedCommunities { add("extended community", community) }
    add("originator", attributes.originatorID)
    for cluster in attributes.clusterList { add("cluster", cluster) }
    add("only to customers of", attributes.onlyToCustomer)
    for code in attributes.partial.sorted(by: { $0.rawValue < $1.rawValue }) { add("partial", code) }
    for other in attributes.other { add("other", "\(other.code) [\(hex(other.value))]") }
    for hop in update.reach?.nextHops ?? [] { add("\(hop.family) next hop", hop) }
    for each in update.unreadable { add("unreadable:", each) }
    for fault in update.faults { add("fault:", fault) }
    for prefix in update.reachable { add("reachable", prefix) }
    for prefix in update.unreachable { add("unreachable", prefix) }
    return lines
}
