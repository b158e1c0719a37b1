import BGP
import Net
import Peers
import Speaker

/// Withdrawals, an OPEN of the long form, and farewells.
extension Exchange {
    func withdraw() async throws {
        try await field.router.withdraw()
        for link in links {
            try await eventually("\(field.make) withdraws over \(link.name)") {
                try await field.status(link).receivedPrefixes == 0
            }
        }
    }

    mutating func forget() async throws {
        for link in links { await field.speaker.announce([], to: link.name) }
        for prefix in links.flatMap(\.prefixes) {
            try await eventually("\(field.make) has \(prefix) no more") {
                try await field.router.route(to: prefix) == nil
            }
        }
        for link in links { expect(try await field.isUp(link), "\(link.name) is still up") }
    }

    /// An OPEN in the form of RFC 9072, from an address that our speaker doesn't use.
    mutating func introduce() async throws {
        let link = field.plan["probe4"]
        let many = (0..<60).map { Capability.other(CapabilityCode(rawValue: 239), [UInt8](repeating: $0, count: 4)) }
        let open = Open(
            asn: ASN(field.plan.ourASN), holdTime: 30, id: RouterID(rawValue: 0x0a00_0001),
            capabilities: [.multiprotocol(.ipv4Unicast), .fourByteASN(ASN(field.plan.ourASN))] + many)
        let probe = try await Probe(field.make, link, on: field.wire)
        await probe.send(Message.open(open).encoded(Codec()))
        let reaction = try await probe.reaction { $0 == .keepalive }
        find(
            .extendedParameters,
            reaction == .said(.keepalive) ? .both("it took an OPEN with 60 capabilities") : .behaviour("\(reaction)"))
        probe.close()
    }

    mutating func part() async throws {
        let text = "moving to another rack"
        let link = field.plan["passive4"]
        try await field.router.shutDown(link, text)
        try await eventually("\(field.make) ends \(link.name)") { try await !field.isUp(link) }
        let heard = field.heard(link).compactMap { saying -> Notification? in
            if case .success(.notification(let notification)) = saying.message { notification } else { nil }
        }
        if heard.last?.communication == text {
            expect(
                try await field.status(link).lastError?.contains(text) == true, "its text is the reason that we show")
            find(.shutdownHeard, .both("its text is the reason that we show"))
        } else {
            find(.shutdownHeard, .behaviour(heard.last.map { "it says: \($0)" } ?? "it closes without a word"))
        }
        try await farewell()
    }

    private static func end(of words: String) -> String {
        String((words.split(separator: "\n").last ?? "nothing").suffix(160))
    }

    mutating func farewell() async throws {
        let text = "back in an hour"
        await field.farewell(text)
        let said = field.said(first).contains { saying in
            if case .success(.notification(let notification)) = saying.message {
                notification.communication == text
            } else {
                false
            }
        }
        expect(said, "our text is in our NOTIFICATION")
        var words = ""
        let shown: Void? = try? await eventually("it shows our text", within: .seconds(5)) {
            words = try await field.router.ending(first)
            return words.contains(text)
        }
        find(
            .shutdownSaid,
            shown != nil
                ? .both("it shows our text") : .behaviour("our text is nowhere in what it says: \(Self.end(of: words))")
        )
    }
}
