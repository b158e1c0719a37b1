import BGP
import Net
import Testing

@Suite("Notifications")
struct NotificationTests {
    @Test("a shutdown text is cut between characters at 255 bytes")
    func longText() {
        let text = String(repeating: "é", count: 200)
        let notification = Notification.shutdown(text)
        #expect(notification.data.first == 254 && notification.communication == String(repeating: "é", count: 127))
    }

    @Test("no text, no length byte")
    func noText() { #expect(Notification.shutdown("").data.isEmpty) }

    @Test("each error has the code that its RFC gives it")
    func codes() {
        let cases: [(BGPError, UInt8, UInt8)] = [
            (.notSynchronized, 1, 1), (.badMessageLength(.open, 20), 1, 2), (.badMessageType(.routeRefresh), 1, 3),
            (.malformedOpen(""), 2, 0), (.unsupportedVersion(3), 2, 1),
            (.badPeerAS(.init(1), expected: .init(2)), 2, 2),
            (.badIdentifier(.init(rawValue: 0)), 2, 3), (.unsupportedParameter(1), 2, 4),
            (.unacceptableHoldTime(seconds: 1), 2, 6), (.noCommonFamily(wanted: [.ipv4]), 2, 7),
            (.malformedUpdate("", offset: 0), 3, 1), (.invalidNetworkField(.ipv4, length: 33), 3, 10),
            (.unexpectedMessage(.open, in: .openSent), 5, 1), (.unexpectedMessage(.open, in: .openConfirm), 5, 2),
            (.unexpectedMessage(.open, in: .established), 5, 3), (.holdTimerExpired(after: .zero), 4, 0),
            (.sendHoldTimerExpired(after: .zero), 8, 0), (.tooManyPrefixes(limit: 1), 6, 1), (.stopped(""), 6, 2),
            (.stopped("", .otherConfigurationChange), 6, 6), (.stopped("", .peerDeconfigured), 6, 3),
            (.collision, 6, 7), (.rejected, 6, 5),
        ]
        for (error, code, subcode) in cases {
            #expect(error.notification.code.rawValue == code && error.notification.subcode == subcode, "\(error)")
        }
    }

    @Test("an unsupported version is answered with the one that is; a bad length with itself")
    func data() {
        #expect(BGPError.unsupportedVersion(3).notification.data == [0, 4])
        #expect(BGPError.badMessageLength(.update, 5000).notification.data == [0x13, 0x88])
        #expect(BGPError.noCommonFamily(wanted: [.ipv6]).notification.data == [1, 4, 0, 2, 0, 1])
    }
}
