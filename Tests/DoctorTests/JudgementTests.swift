import Codes
import Kernel
import Net
import Testing

@testable import Doctor

/// What a namespace on this machine can't make true: facts as other machines have them.
@Suite("doctor: judgement of facts")
struct JudgementTests {
    private func codes(_ look: Look) -> [String] { look.findings.map(\.condition.code) }

    @Test("a clock that nobody keeps right, one from the last century, and one that can't be asked")
    func clock() {
        let (right, free) = (
            WallClock.State(isSynchronised: true, mostErrorMicroseconds: 900),
            WallClock.State(isSynchronised: false, mostErrorMicroseconds: 16_000_000)
        )
        #expect(codes(Clock(now: 1_800_000_000, state: .value(right), fileWritten: 1_800_000_100).look) == [])
        #expect(codes(Clock(now: 1_800_000_000, state: .value(free)).look) == ["LF-D701"])
        let old = Clock(now: 86_400, state: .value(right)).look
        #expect(codes(old) == ["LF-D702"] && old.findings[0].found == ["the clock says 1970-01-02T00:00:00Z"])
        #expect(codes(Clock(now: 5_000_000_000, state: .value(right)).look) == ["LF-D702"])
        #expect(Clock(now: 1_800_000_000, state: .hidden("adjtimex: no")).look.result == .hidden)
    }

    @Test("a table of connections that fills, is full, and has dropped")
    func table() {
        func looks(_ count: UInt64?, _ most: UInt64, lost: UInt64 = 0) -> [String] {
            Tracking(
                ports: [], count: count, most: most, lost: lost, flows: .value(TrackedFlows()), rules: .hidden("no nft")
            ).looks.flatMap(codes)
        }
        #expect(looks(79, 100) == [] && looks(80, 100) == ["LF-D602"] && looks(nil, 100) == [])
        #expect(looks(1, 100, lost: 3) == ["LF-D603"])
        let full = Tracking(
            ports: [], count: 262_144, most: 262_144, lost: nil, flows: .hidden("no file"), rules: .hidden("no nft"))
        #expect(full.looks[1].findings.first?.severity == .error && full.looks[0].hidden == "no nft")
    }

    @Test("buffers and backlogs that are too small, and what they have cost")
    func queues() {
        var queues = Queues(
            isServing: true, mostReceiveBuffer: 212_992, mostBacklog: 1000,
            backlog: .value(.init(packets: 9, dropped: 2)),
            nonlocalBind: [])
        #expect(queues.looks.flatMap(codes) == ["LF-D406", "LF-D407"])
        #expect(queues.looks[0].findings[0].remedy[0] == "sysctl -w net.core.rmem_max=4194304")
        (queues.mostReceiveBuffer, queues.backlog) = (4 << 20, .value(.init(packets: 9, dropped: 0)))
        #expect(queues.looks.flatMap(codes) == [])
        (queues.mostReceiveBuffer, queues.isServing) = (212_992, false)
        #expect(queues.looks.flatMap(codes) == [], "nobody here asks for more")
        (queues.mostReceiveBuffer, queues.backlog) = (nil, .hidden("no file"))
        #expect(queues.looks.map(\.result) == [.hidden, .hidden, .ok])
    }

    @Test("root that has no user to become is nobody, and that is worth knowing")
    func user() {
        func look(_ name: String?) -> Look {
            let user = name.map { User(name: $0, uid: 65_534, gid: 65_534) }
            return Rights(who: "x", isRunning: false, had: .value([]), wanted: [], becomes: user).looks[1]
        }
        #expect(codes(look("nobody")) == ["LF-D105"] && codes(look("landfall")) == [] && codes(look(nil)) == [])
    }

    @Test("a unit that kills the agent before its drain is over")
    func unit() {
        func look(_ timeout: String, _ mode: String) -> Look {
            let unit = Unit(
                "LoadState=loaded\nTimeoutStopUSec=\(timeout)\nKillMode=\(mode)", name: "landfall@fra1.service")
            return Stopping(unit: .value(unit), needed: .seconds(33)).look
        }
        #expect(codes(look("1min 30s", "mixed")) == [] && codes(look("infinity", "mixed")) == [])
        #expect(codes(look("30s", "control-group")) == ["LF-D806", "LF-D807"])
        #expect(look("30s", "mixed").findings[0].remedy.last?.hasSuffix("TimeoutStopSec=43") == true)
        #expect(codes(look("30s", "mixed\nType=notify")) == [], "the agent asks for more time")
        #expect(Stopping(unit: .value(nil), needed: .seconds(33)).look.result == .ok)
        #expect(Stopping(unit: .hidden("no bus"), needed: .seconds(33)).look.result == .hidden)
    }

    @Test("kernels without Landlock or seccomp, for who serves")
    func confinement() {
        let poor = Confinement.Applied(noNewPrivileges: true, seccomp: false, landlock: 0)
        #expect(codes(KernelFeatures(isServing: true, available: poor).look) == ["LF-D901", "LF-D902"])
        #expect(codes(KernelFeatures(isServing: false, available: poor).look) == [])
        let rich = Confinement.Applied(noNewPrivileges: true, seccomp: true, landlock: 4)
        #expect(codes(KernelFeatures(isServing: true, available: rich).look) == [])
    }

    @Test("an agent of another version, and one that doesn't say what it runs")
    func version() throws {
        let json =
            #"{"pid": 7, "network": "n", "site": "fra", "host": "fra1", "version": "0.1.0", "alarms": [{"code": "x"}]}"#
        let agent = try #require(RunningAgent(json: Array(json.utf8)))
        let place = AgentPlace(
            subject: "site fra, host fra1", running: agent, isOurs: true, trouble: nil,
            socket: "/run/landfall/control", obstacle: nil, fileHash: "00", version: "0.2.0",
            state: "/var/lib/landfall",
            restart: Restart(unit: InstalledUnit(name: "dns"), pid: 7, start: "landfall run x"))
        #expect(place.looks.flatMap(codes) == ["LF-D805"] && place.looks[2].result == .hidden)
        #expect(place.looks[0].findings[0].remedy.map(command) == ["systemctl restart dns"])
        #expect(RunningAgent(json: Array(#"{"pid": 99999999999}"#.utf8)) == nil && RunningAgent(json: []) == nil)
    }

    @Test("an agent that doesn't answer is told apart: stopped, elsewhere, without its socket, not for us, hung")
    func silence() throws {
        var place = AgentPlace(
            subject: "site fra, host fra1", running: nil, isOurs: false, trouble: nil,
            socket: "/run/landfall/control", obstacle: "/run/landfall is no folder that is there", fileHash: nil,
            version: "0.2.0", state: "/srv/dns",
            restart: Restart(unit: nil, pid: 7, start: "landfall run x"))
        #expect(place.looks[0].seen == "none runs" && codes(place.looks[1]) == ["LF-D803"])
        place.others = [LiveAgent(claim: "@landfall/n/ams/ams1", pid: 9)]
        #expect(place.looks[0].seen == "none of this host runs; of others: site ams, host ams1 (pid 9)")
        place.live = LiveAgent(claim: "@landfall/n/fra/fra1", pid: 7)
        #expect(codes(place.looks[0]) == ["LF-D802"])
        #expect(place.looks[0].findings[0].found.last == "nobody answers at /run/landfall/control")
        let status = "landfall status --socket /run/landfall/control"
        #expect(place.looks[0].findings[0].remedy.map(command) == [status, "kill -TERM 7", "landfall run x"])
        #expect(codes(place.looks[1]) == [], "it has its socket, wherever that is")
        place.live?.socket = "/other/control"
        #expect(place.looks[0].findings[0].remedy == ["landfall status --socket /other/control"])
        place.live?.state = "T"
        #expect(place.looks[0].findings[0].remedy[0].hasPrefix("kill -CONT 7 "))
        place.trouble = RunningAgent.Trouble(text: "connect: Permission denied", isForbidden: true)
        #expect(place.looks[0].result == .hidden && place.looks[0].seen == "runs (pid 7), and may not be asked")
        place.trouble = RunningAgent.Trouble(text: "no answer within 2 s")
        place.live = LiveAgent(claim: "@landfall/n/fra/fra1", pid: 7)
        #expect(place.looks[0].findings[0].found.last == "no answer within 2 s")
        #expect(
            place.looks[0].findings[0].remedy.last?.hasPrefix("landfall events --last 50 --state /srv/dns ") == true)
        place.restart.unit = InstalledUnit(name: "landfall", isUsers: true)
        #expect(place.looks[0].findings[0].remedy.last?.hasPrefix("journalctl --user -u landfall -n 50 ") == true)
    }

    private func command(_ line: String) -> String { line.split(separator: "   #").first.map(String.init) ?? "" }

    @Test("an IPv6 socket at every address counts for IPv4 too, unless its program has one of its own there")
    func dualStack() throws {
        let service = ServicePort(
            service: "dns", transport: .udp, address: try #require(Address("203.0.113.53")), port: 53, isOurs: true)
        func listener(_ address: String, isOurs: Bool = false) throws -> Ports.Listener {
            .init(
                transport: .udp, at: Endpoint(try #require(Address(address)), port: 53), holder: "x (pid 1)",
                owner: isOurs ? .own : .stranger)
        }
        func found(_ listeners: [Ports.Listener], running: Bool = false) -> [Finding] {
            Ports(services: [service], bgp: [], listeners: .value(listeners), isAgentRunning: running).looks.flatMap(
                \.findings)
        }
        #expect(found([try listener("::")]).map(\.condition.code) == ["LF-D202"])
        #expect(found([try listener("::"), try listener("0.0.0.0")]).flatMap(\.found).count == 1)
        #expect(found([try listener("203.0.113.53", isOurs: true)], running: true).isEmpty)
        #expect(found([try listener("203.0.113.54")]).isEmpty)
        #expect(found([try listener("0.0.0.0")], running: true).map(\.severity) == [.warning])
    }

    @Test("loose or no rp_filter, and answers that are spread over several interfaces, are no finding")
    func reversePath() {
        func look(_ own: Int, _ all: Int, _ answers: [String]) -> Look {
            ReversePath(interfaces: [.init(interface: "eth0.100", own: own, all: all)], answersBy: answers).look
        }
        #expect(
            codes(look(1, 2, [])) == [] && codes(look(0, 0, [])) == [] && codes(look(1, 1, ["eth0.100", "eth1"])) == [])
        let strict = look(0, 1, ["eth1"])
        #expect(codes(strict) == ["LF-D401"])
        #expect(strict.findings[0].found[0] == "/proc/sys/net/ipv4/conf/all/rp_filter is 1")
        #expect(strict.findings[0].remedy[0] == "sysctl -w net.ipv4.conf.eth0/100.rp_filter=2")
        #expect(Sysctl.path("net.ipv4.conf.eth0/100.rp_filter") == "/proc/sys/net/ipv4/conf/eth0.100/rp_filter")
    }

    @Test("other hosts of the site on the link hear ARP questions that claim the service address")
    func sharedLAN() {
        func look(_ announce: Int, others: Bool) -> Look {
            SharedLAN(links: [.init(interface: "eth0", hasOtherHosts: others, arpIgnore: 0, arpAnnounce: announce)])
                .look
        }
        #expect(codes(look(0, others: true)) == ["LF-D403"] && codes(look(2, others: true)) == [])
        #expect(codes(look(0, others: false)) == [])
    }
}
