import DNS
import Glibc
import Health
import Loop
import Net
import Peers
@testable import Probe
import Synchronization
import Testing

@Suite("Schedule of a check")
struct ScheduleTests {
    private func schedule(fast: Duration? = .milliseconds(30)) -> Schedule {
        let check = Probing.check(.icmp(EchoCheck()), every: .milliseconds(200), fast: fast)
        return Schedule(check: check, address: .loopback, port: 53, begun: at(1000)) { _ in }
    }

    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test("regular probes go out at multiples of the interval, and missed ones are left out")
    func regular() {
        #expect(schedule().next(after: at(1000)) == at(1200))
        #expect(schedule().next(after: at(1199)) == at(1200))
        #expect(schedule().next(after: at(1200)) == at(1400))
        #expect(schedule().next(after: at(5001)) == at(5200))
    }

    @Test("fast ones follow the one before, and afterwards the multiples are where they were")
    func fast() {
        var schedule = schedule()
        (schedule.pace, schedule.started) = (.fast, at(1200))
        #expect(schedule.next(after: at(1210)) == at(1230))
        #expect(schedule.next(after: at(1300)) == at(1300))
        schedule.pace = .regular
        #expect(schedule.next(after: at(1300)) == at(1400))
    }

    private func results(
        _ count: Int, _ check: Check, at server: Endpoint, prober: Prober,
        each: @escaping @Sendable () -> Void = {}
    ) async -> [ProbeResult] {
        let (stream, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await prober.watch(check, at: server.address, port: server.port) { result in
            each()
            continuation.yield(result)
        }
        var results: [ProbeResult] = []
        if count > 1 { await prober.setPace(.fast, of: id) }
        for await result in stream {
            results.append(result)
            if results.count == count { break }
        }
        await prober.stop(id)
        return results
    }

    @Test("a fast pace doesn't wait for an interval of an hour, and has one probe under way at most")
    func hurries() async throws {
        let probing = try Probing()
        let asked = Mutex(0)
        let server = try FakeServer(probing.loop) { _ in
            asked.withLock { $0 += 1 }
            return []
        }
        let name = try required(Name("www.example.org"))
        let check = Probing.check(
            .dns(DNSCheck(name: name, type: .a)), timeout: .milliseconds(50), every: .seconds(3600),
            fast: .milliseconds(10))
        let answered = Mutex(0)
        let seen = await results(5, check, at: server.endpoint, prober: probing.prober) {
            let count = answered.withLock { count in
                count += 1
                return count
            }
            #expect(asked.withLock { $0 } <= count)
        }
        #expect(seen.map(\.text) == Array(repeating: "silence: no answer within 50 ms", count: 5))
    }

    @Test("somebody who asks gets a probe at once, beside the schedule")
    func now() async throws {
        let probing = try Probing()
        let socket = try Socket.listen(at: Endpoint(.loopback, port: 0))
        let check = Probing.check(.tcp(TCPCheck(port: try required(socket.local).port)))
        let (stream, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await probing.prober.watch(check, at: .loopback, port: 53) { continuation.yield($0) }
        var iterator = stream.makeAsyncIterator()
        for _ in 1...3 {
            #expect(await iterator.next()?.text == "answered")
            await probing.prober.probeNow(id)
        }
        #expect(await iterator.next()?.text == "answered")
        await probing.prober.stop(id)
    }

    @Test("while the disable file exists nothing is asked, and the reason is the file")
    func disabled() async throws {
        let probing = try Probing()
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let path = folder + "/maintenance"
        try writeFile(path, "")
        let socket = try Socket.listen(at: Endpoint(.loopback, port: 0))
        let tcp = Check.Kind.tcp(TCPCheck(port: try required(socket.local).port))
        #expect(await probing.result(Probing.check(tcp, disable: path)).result.text == "disabled: \(path) exists")
        #expect(try socket.accept() == nil)
        unlink(path)
        #expect(await probing.result(Probing.check(tcp, disable: path)).result.text == "answered")
    }

    @Test("rule 1: only silence can be overload; a refusal is a failure even while others are answered")
    func events() {
        let silence = ProbeResult.failed(reason: "no answer", kind: .silence)
        let refusal = ProbeResult.failed(reason: "refused", kind: .refusal)
        #expect(Monitor.Event(silence, answersOthers: true) == .timedOut(reason: "no answer", answersOthers: true))
        #expect(Monitor.Event(refusal, answersOthers: true) == .failed(reason: "refused"))
        #expect(Monitor.Event(.degraded(reason: "1 of 2", after: .zero)) == .degraded(reason: "1 of 2"))
        #expect(Monitor.Event(.disabled(reason: "x exists")) == .disabled(reason: "x exists"))
    }
}
