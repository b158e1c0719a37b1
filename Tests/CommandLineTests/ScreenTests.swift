import Control
import Daemon
import Doctor
import FoundationEssentials
import Glibc
import Net
import Peers
import Site
import Testing

@testable import landfall

/// Screens as files under `Tests/CommandLineTests/Screens`; LANDFALL_RECORD=1 writes them anew.
@Suite("The screen of status")
struct ScreenTests {
    static let cases: [(name: String, status: Status, events: [Event])] = [
        ("well", Statuses.well, []), ("withdrawn", Statuses.withdrawn, Statuses.events),
        ("held-down", Statuses.heldDown, []), ("drained", Statuses.drained, []),
        ("neighbor-down", Statuses.neighborDown, []), ("crash-loop", Statuses.crashLoop, []),
        ("anchor", Statuses.anchor, []), ("on-trial", Statuses.onTrial, []), ("large", Statuses.large, []),
    ]

    @Test("is the one that is kept, at 100 columns", arguments: cases.map(\.name))
    func golden(_ name: String) throws {
        let its = try #require(Self.cases.first { $0.name == name })
        var screen = Screen(its.status)
        (screen.events, screen.width) = (LastEvents(its.events), 100)
        try expect(screen.lines, toBe: name)
    }

    @Test("of a dead agent says so first, how it ended, what is left on the host, and what to do")
    func dead() throws {
        try expect(Self.dead().lines, toBe: "dead")
        var stopped = AbsenceScreen(Self.absence(.silent))
        stopped.width = 100
        try expect(stopped.lines, toBe: "stopped")
    }

    @Test("of a drained host whose agent is dead says so; where a unit is installed, starting that comes first")
    func deadAndDrained() throws {
        var absence = Self.absence(.refused)
        absence.unit = InstalledUnit(name: "landfall")
        var drain = RemainingDrain(target: OrderTarget(.host))
        (drain.by, drain.secondsAgo) = ("alice", 7300)
        absence.remains.drains = [drain]
        absence.remains.startOptions = StartOptions(socket: "/srv/my own --control", user: "dns")
        var screen = AbsenceScreen(absence)
        screen.width = 100
        try expect(screen.lines, toBe: "dead-drained")
    }

    @Test("of an agent that gave up says why, and to look at that before it is started again")
    func gaveUp() throws {
        var absence = Self.absence(.noSocket)
        absence.unit = InstalledUnit(name: "landfall")
        var last = try #require(absence.events.all.last)
        (last.event, last.reason) = (.stopped, "bind 203.0.113.53:53: Address already in use")
        absence.events = LastEvents(absence.events.all + [last])
        #expect(Plugin(absence).text.hasSuffix("; the last one gave up: bind 203.0.113.53:53: Address already in use"))
        #expect(
            absence.end.contains("gave up") && absence.remedies.first?.command.hasPrefix("landfall doctor ") == true)
        absence.events = LastEvents(
            absence.events.all.map { event in
                var event = event
                if event.event == .stopped { event.reason = nil }
                return event
            })
        #expect(absence.end.contains("ended in order") && absence.remedies.first?.command == "systemctl start landfall")
    }

    @Test("of an agent that lives and isn't at its socket says that it lives, and never that it is dead")
    func elsewhere() throws {
        var absence = Self.absence(.noSocket)
        absence.live = [LiveAgent(claim: "@landfall/example/fra/fra1", pid: 812)]
        absence.others = [LiveAgent(claim: "@landfall/example/ams/ams1", pid: 900)]
        var screen = AbsenceScreen(absence)
        screen.width = 100
        try expect(screen.lines, toBe: "elsewhere")
        let plugin = Plugin(absence)
        #expect(plugin.state == .unknown && plugin.text.contains("(claim @landfall/example/fra/fra1, pid 812)"))
        absence.unit = InstalledUnit(name: "dns")
        #expect(absence.remedies.first?.command == "systemctl restart dns")
        absence.remains.file = nil
        absence.unit = nil
        let commands = absence.remedies.map(\.command).prefix(2)
        #expect(commands == ["kill -TERM 812", "landfall run --help"], "nothing ends it without what starts it")
        absence.live[0].socket = "/srv/control"
        #expect(absence.sentence.hasSuffix("its control socket is /srv/control, and not /run/landfall/control"))
        #expect(absence.remedies.first?.command == "landfall status --socket /srv/control")
        absence.live[0].state = "T"
        #expect(absence.sentence.contains("was stopped") && absence.remedies.first?.command == "kill -CONT 812")
        #expect(Plugin(absence).state == .critical, "its neighbors drop what it announced")
        absence.live.append(LiveAgent(claim: "@landfall/example/gru/\u{1b}[2J"))
        #expect(absence.sentence.contains("2 agents run here") && !absence.sentence.contains("\u{1b}"))
    }

    @Test("an agent that lives for itself at another socket makes no dead one alive, and a stranger none at all")
    func sorting() {
        let (own, other) = ("/run/landfall/control", "/srv/ams")
        func live(_ socket: String?, _ claim: String = "@landfall/example/ams/ams1", counts: Bool = true) -> LiveAgent {
            var agent = LiveAgent(claim: claim, pid: 812)
            (agent.socket, agent.counts) = (socket, counts)
            return agent
        }
        func sorted(_ kind: Absence.Kind, _ agents: LiveAgent..., knowsState: Bool = false) -> Absence {
            var absence = Self.absence(kind)
            if !knowsState { absence.remains = Remains() }
            absence.sort(agents)
            #expect(absence.live.count + absence.others.count == agents.count)
            return absence
        }
        for kind in [Absence.Kind.noSocket, .refused] {
            #expect(Plugin(sorted(kind, live(own))).state == .unknown)
            #expect(Plugin(sorted(kind, live(nil))).state == .unknown)
            #expect(Plugin(sorted(kind, live(other))).state == .critical)
            #expect(Plugin(sorted(kind, live(nil), live(other))).state == .critical)
            #expect(Plugin(sorted(kind, live(own, counts: false))).state == .critical)
            #expect(Plugin(sorted(kind, live(nil), live(nil, counts: false))).state == .unknown)
            #expect(Plugin(sorted(kind, live(nil), knowsState: true)).state == .critical)
        }
        let claim = "@landfall/example/fra/fra1"
        #expect(Plugin(sorted(.noSocket, live(other, claim), knowsState: true)).state == .unknown)
        let moved = sorted(.refused, live(other, claim), knowsState: true)
        #expect(Plugin(moved).state == .critical && moved.sentence.contains("its control socket is /srv/ams, and not"))
    }

    @Test("an installed unit is found where systemd would find it, and only where systemd runs")
    func unit() throws {
        var template = Array("/tmp/landfall-unit-XXXXXX".utf8CString)
        let root = String(cString: try #require(mkdtemp(&template)))
        defer { _ = try? Command(program: "/bin/rm", ["-r", root]) }
        let (local, etc) = ("\(root)/usr/local/lib/systemd/system", "\(root)/etc/systemd/system")
        _ = try Command(program: "/bin/mkdir", ["-p", local, etc])
        let file = "\(local)/landfall.service"
        try writeFile(file, "")
        #expect(InstalledUnit(forHost: "fra1", in: root) == nil)
        _ = try Command(program: "/bin/mkdir", ["-p", "\(root)/run/systemd/system"])
        #expect(InstalledUnit(forHost: "fra1", in: root)?.name == "landfall")
        try writeFile("\(etc)/landfall@.service", "")
        unlink(file)
        #expect(InstalledUnit(forHost: "fra1", in: root)?.name == "landfall@fra1")
        #expect(InstalledUnit(forHost: nil, in: root) == nil)
        try processes(in: root)
    }

    /// The unit that is installed is landfall@fra1.
    private func processes(in root: String) throws {
        let groups: [(group: String, parent: Int, unit: String?)] = [
            ("0::/system.slice/landfall.service", 1, "landfall"), ("0::/system.slice/dns.service/agent", 1, "dns"),
            ("2:cpu:/x\n1:name=systemd:/system.slice/landfall.service", 77, "landfall"),
            ("0::/user.slice/user-0.slice/session-3.scope", 77, nil), ("0::/system.slice/cron.service", 77, nil),
            ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/dns.service", 88, "dns"),
            ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope", 88, nil), ("0::/", 1, nil),
        ]
        for (number, its) in groups.enumerated() {
            _ = try Command(program: "/bin/mkdir", ["-p", "\(root)/proc/\(number + 1)"])
            try writeFile("\(root)/proc/\(number + 1)/cgroup", its.group + "\n")
            try writeFile("\(root)/proc/\(number + 1)/stat", "\(number + 1) (a) b) S \(its.parent) 1 1 0")
            let unit = InstalledUnit.of(Int32(number + 1), host: "fra1", in: root)
            #expect(unit?.name == its.unit && unit?.isUsers ?? false == (its.parent == 88 && its.unit != nil), "\(its)")
        }
        #expect(InstalledUnit.of(99, host: "fra1", in: root)?.name == "landfall@fra1", "what can't be seen")
    }

    static func dead() -> AbsenceScreen {
        var screen = AbsenceScreen(absence(.refused))
        screen.width = 100
        return screen
    }

    static func absence(_ kind: Absence.Kind) -> Absence {
        var absence = Absence(
            kind: kind, socket: "/run/landfall/control", time: .now, reason: "connect: Connection refused")
        absence.time = Date(rfc3339: Statuses.now) ?? .now
        absence.events = LastEvents(Statuses.events)
        (absence.remains.network, absence.remains.site, absence.remains.host) = ("example", "fra", "fra1")
        absence.remains.file = "/etc/landfall/landfall.yaml"
        absence.remains.addresses = ["203.0.113.53", "2001:db8:113::53"].compactMap { Address($0) }
        absence.onLoopback = absence.remains.addresses
        if kind == .silent { absence.process = (812, "T") }
        return absence
    }

    private func expect(_ lines: [String], toBe name: String) throws {
        let path = "Tests/CommandLineTests/Screens/\(name).txt"
        let text = lines.joined(separator: "\n") + "\n"
        if getenv("LANDFALL_RECORD") != nil { try writeFile("\(Repository.root)/\(path)", text) }
        #expect(try text == Repository.text(path), "\(path)")
    }

    @Test("fits: 40 lines at most, none wider than the terminal", arguments: [80, 100, 120])
    func size(_ width: Int) {
        for its in Self.cases {
            var screen = Screen(its.status)
            (screen.events, screen.width) = (LastEvents(its.events + its.events + its.events), width)
            #expect(screen.lines.count <= 40, "\(its.name)")
            for line in screen.lines { #expect(line.count <= width, "\(its.name): \(line)") }
        }
    }

    @Test("has colour only when asked to, and the same words with and without")
    func colour() {
        var screen = Screen(Statuses.withdrawn)
        #expect(!screen.text.contains("\u{1b}"))
        let plain = screen.text
        screen.ink = Ink(isColoured: true)
        #expect(screen.text.contains("\u{1b}[31m"))
        let bare = screen.text.replacing("\u{1b}[0m", with: "").split(
            separator: "\u{1b}[", omittingEmptySubsequences: false
        )
        .enumerated().map { $0 == 0 ? String($1) : String($1.drop { $0 != "m" }.dropFirst()) }.joined()
        #expect(bare == plain)
    }

    @Test("what neighbors and programs write commands no terminal")
    func control() {
        var status = Statuses.neighborDown
        status.neighbors[0].lastError = "Cease: \u{1b}[2J\u{1b}]0;owned\u{7}\nPrefixes all is well"
        status.prefixes[0].reason = "\u{202e}evil\u{9b}31m"
        let text = Screen(status).text
        let isClean = text.unicodeScalars.allSatisfy {
            $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
        }
        #expect(isClean)
    }

    @Test("a prefix that no neighbor with a session has been told is not announced, whatever is meant")
    func muted() {
        let situation = Situation(Statuses.neighborDown)
        #expect(situation.announced.map(\.name) == ["2001:db8:113::/48"])
        #expect(situation.severity == .critical)
        #expect(situation.headline.contains("203.0.113.0/24 told to nobody"), "\(situation.headline)")
    }
}

@Suite("status --check")
struct PluginTests {
    @Test(
        "a prefix that isn't announced is critical, what is drained or degraded a warning",
        arguments: [
            ("well", 0), ("withdrawn", 2), ("held-down", 2), ("drained", 1), ("neighbor-down", 2), ("crash-loop", 2),
            ("on-trial", 1), ("large", 2),
        ])
    func states(_ name: String, _ code: Int32) throws {
        let its = try #require(ScreenTests.cases.first { $0.name == name })
        #expect(Plugin(its.status).state.rawValue == code)
    }

    @Test("a dead agent is critical")
    func dead() {
        let plugin = Plugin(ScreenTests.absence(.refused))
        #expect(plugin.line.hasPrefix("LANDFALL CRITICAL - fra/fra1: the agent is dead"))
    }

    /// `'label'=value[UOM];[warn];[crit];[min];[max]`, numbers of `[-0-9.]` only.
    @Test("the performance data is what the guidelines of monitoring plugins ask for")
    func performanceData() throws {
        var status = Statuses.withdrawn
        status.services[0].queriesPerSecond = 1234.5678
        status.prefixes[0].reason = "a | in the answer\nand a line"
        status.load = .nan
        let line = Plugin(status).line
        #expect(!line.contains("\n") && line.count { $0 == "|" } == 1)
        let data = try #require(line.split(separator: "|").last)
        let form = /[a-z_]+=-?[0-9.]+(s|%|B|c)?;[0-9.]*;[0-9.]*;[0-9.]*(;[0-9.]*)?/
        for figure in data.split(separator: " ") { #expect(figure.wholeMatch(of: form) != nil, "\(figure)") }
        #expect(data.contains(" prefixes_announced=1;;;0;2 ") && data.contains(" queries_per_second=1234.57;;;0"))
    }
}
