import Kernel
import Testing

@Suite("Capabilities")
struct CapabilityTests {
    @Test("a set names what is in it, known or not")
    func names() {
        #expect(CapabilitySet([.netAdmin, .netBindService]).description == "CAP_NET_BIND_SERVICE, CAP_NET_ADMIN")
        #expect(CapabilitySet(rawValue: 1 << 39).description == "capability 39")
    }

    @Test("one that is missing can be named")
    func missing() {
        let wanted: CapabilitySet = [.netAdmin, .netBindService]
        #expect(wanted.subtracting([.netAdmin]).description == "CAP_NET_BIND_SERVICE")
    }
}
