import Net
import Testing

@testable import Announce

@Suite("Neighbors of our own AS")
struct InternalTests {
    static func neighbor(isInternal: Bool) -> Neighbor {
        var neighbor = Neighbor(name: "core", family: .ipv4, prepend: 2)
        (neighbor.isInternal, neighbor.isLocal) = (isInternal, isInternal)
        neighbor.attributes.localPref = 100
        return neighbor
    }

    func announcement(_ level: Level, isInternal: Bool = true, standby: Bool = false) throws -> Announcement {
        let prefix = try #require(Prefix("203.0.113.53/32"))
        return Self.neighbor(isInternal: isInternal).announcement(of: prefix, at: level, Policy(), standby: standby)
    }

    @Test("rule 11: are told a preference and no prepends; others are told prepends and no preference")
    func preference() throws {
        let inside = try announcement(.healthy)
        #expect(inside.localPref == 100 && inside.prepend == 0 && inside.communities == [.noExport])
        let outside = try announcement(.healthy, isInternal: false)
        #expect(outside.localPref == nil && outside.prepend == 2 && outside.communities.isEmpty)
    }

    @Test("rule 12: a drain lowers the preference to 0 beside GRACEFUL_SHUTDOWN, below that of a standby site")
    func order() throws {
        let draining = try announcement(.draining)
        #expect(draining.localPref == 0 && draining.communities == [.gracefulShutdown, .noExport])
        #expect(try announcement(.lastResort).localPref == 50)
        #expect(try announcement(.healthy, standby: true).localPref == 50)
        #expect(try announcement(.draining, standby: true).localPref == 0)
    }
}
