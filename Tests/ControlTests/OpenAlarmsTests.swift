import Codes
import Control
import Net
import Testing

@Suite("Open alarms")
struct OpenAlarmsTests {
    /// By seconds since the start, which are also the words for them.
    struct Stage {
        var alarms = OpenAlarms(start: .zero)

        mutating func settle(at second: Int, _ conditions: [Status.Alarm]) -> [String] {
            alarms.settle(conditions, now: .zero + .seconds(second), at: "\(second)").map { change in
                switch change {
                case .opened(let alarm): "opened \(alarm.text)"
                case .resolved(let alarm, let time):
                    "resolved \(alarm.text) since \(alarm.since), after \(time.shortText)"
                }
            }
        }
    }

    private let what = Explanation("LF-A999", "test", title: "t", meaning: "m", remedy: "r")

    private func alarm(_ text: String, about check: String = "dns", _ severity: Status.Alarm.Severity = .warning)
        -> Status.Alarm
    { Status.Alarm(what, severity, text) { $0.check = check } }

    @Test("an alarm opens once, keeps the moment at which it did while its words change, and resolves once")
    func once() {
        var stage = Stage()
        #expect(stage.settle(at: 1, [alarm("slow")]) == ["opened slow"])
        #expect(stage.settle(at: 2, [alarm("slower")]) == [])
        #expect(stage.alarms.all.map(\.text) == ["slower"] && stage.alarms.all[0].since == "1")
        #expect(stage.settle(at: 3, []) == ["resolved slower since 1, after 2 s"])
        #expect(stage.settle(at: 4, []) == [] && stage.alarms.all.isEmpty)
        #expect(stage.settle(at: 5, [alarm("slow")]) == ["opened slow"] && stage.alarms.all[0].since == "5")
    }

    @Test("the worst alarm comes first, and the same one of two sources is open once")
    func order() {
        var stage = Stage()
        let all = [alarm("a", about: "1"), alarm("b", about: "2", .critical), alarm("again", about: "1")]
        #expect(stage.settle(at: 1, all) == ["opened b", "opened a"])
        #expect(stage.alarms.all.map(\.text) == ["b", "a"])
    }

    private func status(prefix: String, neighbor: String) -> Status {
        var status = Status()
        status.prefixes = [Status.Prefix()]
        (status.prefixes[0].prefix, status.prefixes[0].state) = ("203.0.113.0/24", prefix)
        status.neighbors = [Status.Neighbor()]
        (status.neighbors[0].name, status.neighbors[0].state) = ("r4", neighbor)
        return status
    }

    @Test("what is usual at a start is open but told only when it lasts; what comes back meanwhile is told at once")
    func start() {
        let beginning = status(prefix: "withdrawn", neighbor: "Connect").alarms(announcing: [], keeping: [])
        let up = status(prefix: "withdrawn", neighbor: "Established").alarms(announcing: [], keeping: [])
        var stage = Stage()
        #expect(stage.settle(at: 0, beginning + [alarm("disk")]) == ["opened disk"])
        #expect(stage.alarms.all.map(\.severity) == [.critical, .critical, .warning])
        #expect(stage.settle(at: 2, up) == ["resolved disk since 0, after 2 s"])
        #expect(stage.settle(at: 4, beginning) == ["opened neighbor r4 is Connect"])
        #expect(stage.settle(at: 29, beginning) == [])
        #expect(stage.settle(at: 30, beginning) == ["opened 203.0.113.0/24 is withdrawn: "])
        #expect(stage.settle(at: 31, []).count == 2)
    }

    @Test("a start that goes well tells nothing")
    func quiet() {
        var stage = Stage()
        let beginning = status(prefix: "withdrawn", neighbor: "Idle").alarms(announcing: [], keeping: [])
        #expect(stage.settle(at: 0, beginning) == [] && stage.alarms.all.count == 2)
        #expect(stage.settle(at: 3, []) == [] && stage.settle(at: 40, []) == [])
    }

    @Test("a neighbor that is away is critical only where no other is there")
    func alone() {
        var status = status(prefix: "announced", neighbor: "Idle")
        #expect(status.alarms(announcing: [], keeping: []).map(\.severity) == [.critical])
        status.neighbors.append(status.neighbors[0])
        (status.neighbors[1].name, status.neighbors[1].state) = ("r6", "Established")
        let alarms = status.alarms(announcing: [], keeping: [])
        #expect(alarms.map(\.code) == ["LF-A501"] && alarms[0].severity == .warning && alarms[0].neighbor == "r4")
        #expect(!alarms[0].remedy.isEmpty)
    }
}
