import BGP
import Net
import Testing

/// Messages that made other speakers crash, reset or read on, as they were published. Each goes to a session that is up and
/// has a route, and the session has to do what the RFCs ask for, no more and no less.
@Suite("Incidents")
struct IncidentTests {
    enum Outcome: Sendable, Equatable {
        /// The route stays.
        case kept
        /// It is withdrawn, and the session stays.
        case withdrawn
        /// NOTIFICATION.
        case reset(String)
    }

    struct Incident: Sendable, CustomTestStringConvertible {
        var what: String
        var vector: String
        var outcome: Outcome
        var reported = true
        var testDescription: String { what }
    }

    static let ofUpdates = [
        Incident(
            what: "CVE-2023-38802: tunnel encapsulation (attribute 23) that runs over", vector: "cve-2023-38802",
            outcome: .kept, reported: false),
        Incident(
            what: "CVE-2023-46752: MP_REACH_NLRI shorter than its next hop", vector: "cve-2023-46752",
            outcome: .reset("UPDATE Message Error/Optional Attribute Error")),
        Incident(
            what: "CVE-2023-46752: the same of a family that isn't exchanged", vector: "cve-2023-46752-family",
            outcome: .kept),
        Incident(what: "attribute 21", vector: "incident-attribute-21", outcome: .kept, reported: false),
        Incident(what: "attribute 28", vector: "incident-attribute-28", outcome: .kept, reported: false),
        Incident(what: "attribute 40", vector: "incident-attribute-40", outcome: .kept, reported: false),
        Incident(
            what: "a zero-length AS_PATH", vector: "incident-as-path-empty", outcome: .kept, reported: false),
        Incident(what: "AS4_PATH of length 1", vector: "incident-as4-path-one-byte", outcome: .kept),
        Incident(what: "NEXT_HOP shorter than 4", vector: "incident-next-hop-short", outcome: .withdrawn),
        Incident(what: "NEXT_HOP of nothing", vector: "incident-next-hop-empty", outcome: .withdrawn),
        Incident(what: "ORIGIN with wrong flags", vector: "incident-origin-flags", outcome: .withdrawn),
        Incident(
            what: "an unknown message type", vector: "incident-message-type",
            outcome: .reset("Message Header Error/Bad Message Type")),
        Incident(
            what: "a 20-byte KEEPALIVE", vector: "incident-keepalive-20",
            outcome: .reset("Message Header Error/Bad Message Length")),
        Incident(
            what: "a wrong marker", vector: "incident-marker",
            outcome: .reset("Message Header Error/Connection Not Synchronized")),
    ]

    /// The route that all of these messages name, or could have named.
    private static let prefix = Announcement("203.0.113.0/24").prefix

    private func rig(_ codec: Codec) -> Rig {
        var rig = Rig { $0.families = [.ipv4, .ipv6] }
        let families: [Capability] = [.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast)]
        rig.toEstablished(
            Rig.peerOpen(families + (codec.fourByteASN ? [.fourByteASN(Rig.peerASN)] : [])))
        var update = Update()
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [Rig.peerASN]))
        update.attributes.nextHop = Rig.local
        update.announced = [Self.prefix]
        rig.receive(.update(update), Rig.outgoing, codec)
        _ = rig.look()
        return rig
    }

    @Test(
        "a speaker that others crashed or reset over keeps the session and the route where it may", arguments: ofUpdates
    )
    func update(incident: Incident) throws {
        let vector = try #require(Vector.all.first { $0.name == incident.vector })
        var rig = rig(vector.codec)
        #expect(rig.session.receivedPrefixes == 1)
        rig.handle(.received(vector.bytes, Rig.outgoing))
        let log = rig.look()
        #expect(log.contains { $0.hasPrefix("malformed (") } == incident.reported, "\(log)")
        #expect(rig.session.counters.malformed == (incident.reported ? 1 : 0))
        switch incident.outcome {
        case .kept: #expect(rig.session.state == .established && rig.session.receivedPrefixes == 1, "\(log)")
        case .withdrawn: #expect(rig.session.state == .established && rig.session.receivedPrefixes == 0, "\(log)")
        case .reset(let words):
            #expect(log.contains("outgoing: NOTIFICATION \(words)") && rig.session.state != .established, "\(log)")
        }
    }

    @Test(
        "an OPEN that ends where a length should be is refused as malformed",
        arguments: ["cve-2022-40302", "cve-2022-40318", "cve-2022-43681", "cve-2022-43681-extended"])
    func open(name: String) throws {
        let vector = try #require(Vector.all.first { $0.name == name })
        var rig = Rig()
        rig.toOpenSent()
        rig.handle(.received(vector.bytes, Rig.outgoing))
        let log = rig.look()
        #expect(log.first?.hasPrefix("malformed (\(vector.bytes.count) bytes): malformed OPEN") == true, "\(log)")
        #expect(log.contains("outgoing: NOTIFICATION OPEN Message Error"), "\(log)")
    }

    @Test("truncated everything: a message that says it is shorter ends the session or means less, at every length")
    func truncated() {
        for vector in Vector.all where (20..<120).contains(vector.bytes.count) {
            for length in 19..<vector.bytes.count {
                var bytes = Array(vector.bytes[..<length])
                bytes.patch(UInt16(length), at: 16)
                var rig = rig(vector.codec)
                rig.handle(.received(bytes, Rig.outgoing))
                let log = rig.look()
                let isUp = rig.session.state == .established
                #expect(
                    isUp || log.contains { $0.contains("NOTIFICATION") || $0.contains("the neighbor said") },
                    "\(vector.name) at \(length): \(log)")
            }
        }
    }
}
