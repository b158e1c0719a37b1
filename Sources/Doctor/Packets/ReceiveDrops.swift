internal import Codes
internal import Net

/// Datagrams that came and found the receive buffer full.
struct ReceiveDrops: Sendable {
    /// Of the sockets at service addresses.
    var sockets: Seen<[Socket]>
    /// Of all sockets since the start: Udp RcvbufErrors and Udp6RcvbufErrors.
    var errors: UInt64?
    var errors6: UInt64?

    struct Socket: Hashable, Sendable {
        var local: Endpoint
        var drops: UInt64
    }

    var look: Look {
        guard let sockets = sockets.value else { return Look("UDP drops", hidden: self.sockets.hidden) }
        let dropping = sockets.filter { $0.drops > 0 }
        let all = [("/proc/net/snmp: Udp RcvbufErrors", errors), ("/proc/net/snmp6: Udp6RcvbufErrors", errors6)]
        let totals = all.compactMap { name, count in count.flatMap { $0 > 0 ? "\(name) \($0)" : nil } }
        if !dropping.isEmpty {
            let finding = Finding(
                .socketDrops, .warning, "service sockets",
                found: dropping.map {
                    "/proc/net/udp\($0.local.address.family == .ipv6 ? "6" : ""): \($0.drops) dropped at \($0.local)"
                }
                    + totals,
                remedy: Self.remedy)
            return Look("UDP drops", findings: [finding])
        }
        guard !totals.isEmpty else { return Look("UDP drops", "none") }
        let finding = Finding(
            .receiveErrors, .note, "UDP", found: totals, remedy: ["ss -lnpum   # d… is what each socket dropped"])
        return Look("UDP drops", findings: [finding])
    }

    private static let remedy = [
        "sysctl -w net.core.rmem_max=\(Queues.wantedReceiveBuffer)   # then restart the service",
        "give the service more threads (serve.dns.threads), or the site more hosts",
    ]
}

extension Explanation {
    static let socketDrops = Self(
        "LF-D604", "socket-drops", title: "Queries were dropped because the service's receive buffer was full.",
        meaning: """
            The service didn't read as fast as queries came: more came than it can answer, or it was stopped or restarted \
            for too long. Clients ask again after seconds, elsewhere. Counted since the socket was opened.
            """,
        remedy: "A larger net.core.rmem_max for bursts; more threads or hosts for load.")
    static let receiveErrors = Self(
        "LF-D605", "receive-errors", title: "Some program's UDP receive buffer was full since the machine started.",
        meaning: "None of the service's sockets that are open now: those of another program, or of one that has ended.",
        remedy: "`ss -lnpum` shows which sockets drop (`d`), `nstat -az UdpRcvbufErrors` whether it goes on.")
}
