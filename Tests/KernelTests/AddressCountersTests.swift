import CLinux
import Glibc
import Net
import Testing

@testable import Kernel

@Suite("Counters in memory that processes share")
struct AddressCountersTests {
    private let service = Address(v4: 0xcb00_7135)

    @Test("who was handed them counts where their maker reads")
    func shared() throws {
        let counters = try AddressCounters()
        let mine = try #require(counters.counter(for: service))
        let handed = try AddressCounters(owning: fcntl(counters.descriptor, F_DUPFD_CLOEXEC, 3))
        let theirs = try #require(handed.counter(of: service))
        theirs.add(3)
        mine.add(4)
        #expect(mine.value == 7 && theirs.value == 7)
        #expect(counters.counter(for: service)?.value == 7, "an address has one slot")
    }

    @Test("an address that has no slot, or none at all, has no counter")
    func unknown() throws {
        let counters = try AddressCounters()
        #expect(counters.counter(of: service) == nil)
        #expect(counters.counter(of: Address(v6: 0)) == nil, "slots that are free hold 0")
    }

    @Test("there are so many slots, and no more")
    func bound() throws {
        let counters = try AddressCounters()
        for number in 1...UInt32(AddressCounters.most) { #expect(counters.counter(for: Address(v4: number)) != nil) }
        #expect(counters.counter(for: service) == nil)
        #expect(counters.counter(of: Address(v4: UInt32(AddressCounters.most))) != nil)
    }

    @Test("memory of another size is refused, whoever handed it over", arguments: [1, 4096, 65_535, 65_537])
    func size(_ size: Int) throws {
        let memory = landfall_shared_memory("landfall-test", size)
        try #require(memory >= 0)
        #expect(throws: SystemError.self) { try AddressCounters(owning: memory) }
    }
}
