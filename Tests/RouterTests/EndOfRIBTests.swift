import BGP
import Glibc
import Net
import Peers
import RIB
import Speaker
import Testing

@testable import Router

extension Router {
    /// Neighbors whose first table isn't over, and the families of it.
    fileprivate var unheard: [String: Set<Family>]? { installing?.unheard }
}

@Suite("The end of a neighbor's first table", .enabled(if: lack == nil && getuid() == 0, "\(lack ?? "needs root")"))
struct EndOfRIBTests {
    @Test("whoever offers graceful restart is waited for until his End-of-RIB, however silent; others until they are")
    func silence() async throws {
        var options = Router.KernelOptions()
        (options.table, options.settle, options.quiet) = (1006, .seconds(600), .milliseconds(300))
        let rig = try await Rig(port: 18593, [.crowd(0, asn: 64501), .crowd(1, asn: 64502)]) { $0.kernel = options }
        let crowd = try Crowd()
        let slow = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18593, restarts: true)
        try await eventually("up", within: .seconds(60)) { try await rig.isUp("crowd-0") }
        _ = try await crowd.connect(Address(v4: 0x7f01_0002), asn: 64502, port: 18593)
        try await eventually("the later one has said everything", within: .seconds(60)) {
            await rig.router.unheard?["crowd-1"] == nil
        }
        #expect(await rig.router.unheard == ["crowd-0": [.ipv4, .ipv6]], "it was silent for longer")
        await crowd.send(withdrawal([]), slow)
        try await eventually("one family", within: .seconds(60)) { await rig.router.unheard == ["crowd-0": [.ipv6]] }
        var end = Update()
        end.unreach = Unreach(family: .ipv6, prefixes: [])
        await crowd.send(Message.update(end).encoded(Codec()), slow)
        try await eventually("and the other", within: .seconds(60)) {
            try #require(await rig.router.kernelStatus()).phase == "steady"
        }
        await crowd.closeAll()
        await rig.stop()
    }
}
