import Glibc
import Health
import Kernel
import Loop
import Net
import Peers
@testable import Probe
import Testing

@Suite("ICMP echoes")
struct EchoMessageTests {
    private let echo = Echo(isReply: false, identifier: 0x1234, sequence: 7, data: Array("landfall".utf8))

    @Test("a request has its checksum over IPv4, and leaves it to the kernel over IPv6")
    func wire() {
        let v4: [UInt8] = [8, 0, 0x38, 0x31, 0x12, 0x34, 0, 7] + Array("landfall".utf8)
        #expect(echo.encoded(.ipv4) == v4)
        #expect(echo.encoded(.ipv6) == [128, 0, 0, 0] + v4.dropFirst(4))
    }

    @Test("what was written is read again, behind an IP header too", arguments: Family.allCases)
    func roundTrip(_ family: Family) {
        #expect(Echo(echo.encoded(family), family, afterHeader: false) == echo)
        let header: [UInt8] = [0x46] + [UInt8](repeating: 0, count: 23)
        #expect(Echo(header + echo.encoded(family), family, afterHeader: true) == echo)
    }

    @Test("no truncation and no other message is an echo")
    func others() {
        let whole =
            [0x45] + [UInt8](repeating: 0, count: 19)
            + Echo(isReply: true, identifier: 1, sequence: 2, data: []).encoded(.ipv4)
        for length in whole.indices { #expect(Echo(Array(whole[..<length]), .ipv4, afterHeader: true) == nil) }
        #expect(Echo(whole, .ipv4, afterHeader: true)?.isReply == true)
        #expect(Echo([0x44] + whole.dropFirst(), .ipv4, afterHeader: true) == nil)
        for type in UInt8.min ... .max where type != 0 && type != 8 {
            #expect(Echo([type] + echo.encoded(.ipv4).dropFirst(), .ipv4, afterHeader: false) == nil)
        }
    }
}

@Suite("Checks by ICMP", .serialized)
struct EchoTests {
    private static let lack: String? =
        geteuid() == 0 && Capabilities.has([.sysAdmin, .netRaw]) ? nil : "needs network namespaces: run as root"

    /// A prober whose thread lives in a namespace of its own, where groups `groups` may send echoes by ping sockets.
    private func probing(groups: String, keeping: CapabilitySet? = nil) async throws -> Probing {
        let namespace = try Namespace.make()
        let loop = try namespace.run { () throws(SystemError) in
            let netlink = try Netlink()
            try netlink.setUp("lo")
            return try Loop(name: "icmp-test")
        }
        let probing = try Probing(loop: loop)
        await perform(on: loop) {
            write(groups, to: "/proc/sys/net/ipv4/ping_group_range")
            if let keeping { _ = try? Capabilities.become(user: nil, keeping: keeping) }
        }
        return probing
    }

    private func perform(on loop: Loop, _ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { done in
            loop.submit {
                body()
                done.resume()
            }
        }
    }

    @Test(
        "an address of the host answers, by ping sockets and by raw ones", .enabled(if: lack == nil, "\(lack ?? "")"),
        arguments: ["0 0", "1 0"])
    func answers(_ groups: String) async throws {
        let probing = try await probing(groups: groups)
        for address in ["127.0.0.1", "::1"] {
            let address = try required(Address(address))
            #expect(await probing.result(.icmp(EchoCheck(address: address))).text == "answered")
            #expect(await probing.result(.icmp(EchoCheck()), at: address).text == "answered")
        }
    }

    @Test("no way there is a failure", .enabled(if: lack == nil, "\(lack ?? "")"))
    func unreachable() async throws {
        let probing = try await probing(groups: "0 0")
        let router = try required(Address("192.0.2.1"))
        let result = await probing.result(.icmp(EchoCheck(address: router)))
        #expect(result.text == "unreachable: connect 192.0.2.1:0: Network is unreachable")
    }

    @Test(
        "rule 2: without the right to send, nothing is known, and the remedy is named",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func forbidden() async throws {
        let probing = try await probing(groups: "1 0", keeping: [])
        let result = await probing.result(.icmp(EchoCheck()))
        #expect(
            result.text == "unknown: no right to send ICMP: start as root, give CAP_NET_RAW, or put group 0 into "
                + "net.ipv4.ping_group_range")
    }

    @Test("a host that answers no echoes is silent", .enabled(if: lack == nil, "\(lack ?? "")"))
    func silence() async throws {
        let probing = try await probing(groups: "1 0")
        await perform(on: probing.loop) { write("1", to: "/proc/sys/net/ipv4/icmp_echo_ignore_all") }
        let result = await probing.result(.icmp(EchoCheck()), timeout: .milliseconds(200))
        #expect(result.text == "silence: no echo reply within 200 ms")
    }
}

/// /proc/sys/net is that of the namespace of the thread that opens it.
private func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
}
