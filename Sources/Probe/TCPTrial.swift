internal import Health
internal import Loop
internal import Net

/// Connects, and if there is something to say or to hear, says and hears it.
final class TCPTrial: Trial {
    private let check: TCPCheck
    private let begun = Loop.now
    private let finish: (ProbeResult) -> Void
    private var channel: Channel?
    private var received: [UInt8] = []

    init(
        _ check: TCPCheck, _ loop: Loop, at server: Endpoint, _ finish: @escaping (ProbeResult) -> Void
    ) throws(SystemError) {
        (self.check, self.finish) = (check, finish)
        channel = try Channel(loop, to: server) { [weak self] in self?.handle($0) }
    }

    func expire(after timeout: Duration) -> ProbeResult? {
        let what = channel?.isOpen == true ? "\(quoted(check.expect)) did not come" : "no connection"
        return .failed(reason: "\(what) within \(timeout.shortText)\(heard)", kind: .silence)
    }

    private func handle(_ event: Channel.Event) {
        switch event {
        case .open:
            if !check.send.isEmpty { channel?.send(check.send) }
            if check.expect.isEmpty { finish(.answered(after: Loop.now - begun)) }
        case .received(let bytes): take(bytes)
        case .closed(let result?): finish(result)
        case .closed(nil):
            finish(.failed(reason: "connection closed before \(quoted(check.expect)) came\(heard)", kind: .wrong))
        }
    }

    private func take(_ bytes: [UInt8]) {
        received += bytes.prefix(TCPCheck.mostRead - received.count)
        if received.firstRange(of: check.expect) != nil { return finish(.answered(after: Loop.now - begun)) }
        guard received.count >= TCPCheck.mostRead else { return }
        finish(
            .failed(
                reason: "\(quoted(check.expect)) is not in the first \(TCPCheck.mostRead) bytes\(heard)", kind: .wrong))
    }

    private var heard: String { received.isEmpty ? "" : ", only \(quoted(received))" }
}

/// For reasons: on one line, not too long, and whatever a peer sends, printable.
func quoted(_ bytes: [UInt8]) -> String {
    let text = printable(bytes.prefix(61))
    return bytes.count > 60 ? "\"\(text.prefix(57))…\"" : "\"\(text)\""
}

func printable(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self).printable().trimmed
}

extension StringProtocol {
    var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
