import Net
import Testing

@Suite("Extended communities")
struct ExtendedCommunityTests {
    @Test(
        "are written as operators write them, and read the same",
        arguments: [
            ("rt:65000:100", 0x0002_fde8_0000_0064), ("soo:65000:4294967295", 0x0003_fde8_ffff_ffff),
            ("rt:192.0.2.1:7", 0x0102_c000_0201_0007), ("soo:4200000001:9", 0x0203_fa56_ea01_0009),
            ("0x030b000000000001", 0x030b_0000_0000_0001), ("0x4004fde80000000a", 0x4004_fde8_0000_000a),
        ] as [(String, UInt64)])
    func text(text: String, bits: UInt64) {
        let community = ExtendedCommunity(rawValue: bits)
        #expect("\(community)" == text && ExtendedCommunity(text) == community)
    }

    @Test(
        "what is none is none",
        arguments: [
            "rt:65000", "rt:65000:", "xx:1:2", "rt:192.0.2.1:65536", "rt:4200000001:65536", "0x1", "rt:-1:2",
            "0x+030b00000000000", "rt:1:4294967296",
        ])
    func refused(text: String) { #expect(ExtendedCommunity(text) == nil) }

    @Test("parts come out as they went in; some stay inside the AS (RFC 4360 §6)")
    func parts() throws {
        let target = try #require(ExtendedCommunity(.routeTarget, .fourByteASN(ASN(70000)), 5))
        #expect(target.kind == .routeTarget && target.administrator == .fourByteASN(ASN(70000)) && target.number == 5)
        #expect(target.isTransitive && !ExtendedCommunity(rawValue: 0x4004_0000_0000_0000).isTransitive)
        let opaque = ExtendedCommunity(rawValue: 0x030b_0000_0000_0001)
        #expect(opaque.kind == nil && opaque.administrator == nil)
    }

    @Test("a secret shows nowhere")
    func secret() {
        struct Holder { var secret = Secret("hunter2") }
        var text = ""
        dump(Holder(), to: &text)
        #expect(
            !"\(Holder()) \(Secret("hunter2")) \(String(reflecting: Secret("hunter2"))) \(text)".contains("hunter2"))
        #expect(Secret("a") == Secret("a") && Secret("a") != Secret("b"))
    }
}
