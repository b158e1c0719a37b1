import Control
import Testing

@Suite("What of a status is state")
struct EssenceTests {
    private var status: Status {
        var status = Status()
        (status.time, status.prefixes, status.checks) = ("2026-03-01T03:12:00.000Z", [.init()], [.init()])
        (status.neighbors, status.services, status.drains) = ([.init()], [.init()], [.init()])
        (status.next, status.configuration) = ([.init()], .init())
        status.configuration?.confirmBy = "2026-03-01T03:15:00.000Z"
        status.drains?[0].ends = "2026-03-01T03:15:00.000Z"
        return status
    }

    @Test("time that passes and things that are counted are no change")
    func same() {
        var later = status
        (later.time, later.load, later.eventsLost) = ("2026-03-01T03:12:01.000Z", 0.3, 4)
        (later.prefixes[0].secondsLeft, later.prefixes[0].waiting) = (4, ["held down, 4 s left"])
        (later.checks[0].milliseconds, later.checks[0].passed) = (3.2, 99)
        (later.neighbors[0].messagesSent, later.services[0].queries) = (17, 1000)
        later.services[0].queriesPerSecond = 240
        later.drains?[0].secondsLeft = 3
        later.drains?[0].share = 0.4
        later.drains?[0].ends = "2026-03-01T03:15:00.001Z"
        later.next?[0].inSeconds = 7
        later.configuration?.confirmSecondsLeft = 12
        later.control.requests = 5
        #expect(json(later.essence) == json(status.essence))
    }

    @Test("a prefix, a check, a session, a drain, an alarm or a file that changes is one")
    func changes() {
        let changes: [(inout Status) -> Void] = [
            { $0.prefixes[0].state = "withdrawn" }, { $0.checks[0].verdict = "failing" },
            { $0.neighbors[0].state = "Idle" }, { $0.neighbors[0].advertised = [.init()] },
            { $0.services[0].pid = 7 }, { $0.drains = [] }, { $0.configuration?.hash = "ab" },
            { $0.configuration?.onDisk = "differs" }, { $0.configuration?.confirmBy = nil }, { $0.isStopping = true },
        ]
        for change in changes {
            var other = status
            change(&other)
            #expect(json(other.essence) != json(status.essence))
        }
    }
}
