import Glibc
import Loop
import Net
import Synchronization
import Testing

/// Runs `body` on a fresh loop and waits until it says that it is done.
private func onLoop(_ body: @escaping @Sendable (Loop, @escaping @Sendable () -> Void) -> Void) async throws {
    let loop = try Loop(name: "test")
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        loop.submit { body(loop) { continuation.resume() } }
    }
}

private actor Counter {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var count = 0
    init(loop: Loop) { self.loop = loop }

    func countTo(_ limit: Int) async {
        await withCheckedContinuation { continuation in tick(limit) { continuation.resume() } }
    }

    private func tick(_ limit: Int, then done: @escaping () -> Void) {
        count += 1
        if count == limit { done() } else { loop.after(.microseconds(10)) { self.tick(limit, then: done) } }
    }
}

/// What came from whom.
private actor Tally {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private(set) var counts = [Int](repeating: 0, count: 8)
    private(set) var outOfOrder = 0
    init(loop: Loop) { self.loop = loop }

    func note(_ number: Int, of sender: Int) {
        if counts[sender] != number { outOfOrder += 1 }
        counts[sender] += 1
    }
}

@Suite("The loop")
struct LoopTests {
    @Test("timers fire in order of time, then of arming; a cancelled one doesn't")
    func timers() async throws {
        let order = Mutex<[Int]>([])
        try await onLoop { loop, done in
            let note = { (number: Int) in order.withLock { $0.append(number) } }
            loop.after(.milliseconds(6)) { done() }
            loop.after(.milliseconds(2)) { note(2) }
            let cancelled = loop.after(.milliseconds(3)) { note(3) }
            loop.after(.milliseconds(1)) {
                note(1)
                loop.cancel(cancelled)
            }
            loop.at(.zero) { note(-1) }
            loop.at(.zero) { note(0) }
        }
        #expect(order.withLock { $0 } == [-1, 0, 1, 2])
    }

    @Test("ten thousand timers, half of them cancelled, leave nothing behind")
    func manyTimers() async throws {
        let fired = Atomic(0)
        try await onLoop { loop, done in
            let timers = (0..<10_000).map { number in
                loop.after(.microseconds(number % 977)) { fired.add(1, ordering: .relaxed) }
            }
            for timer in timers[..<5000] { loop.cancel(timer) }
            loop.after(.milliseconds(20)) { done() }
        }
        #expect(fired.load(ordering: .relaxed) == 5000)
    }

    @Test("what arrived in time is read before its deadline counts, however long the loop was busy")
    func lateLoop() async throws {
        let order = Mutex<[String]>([])
        let (first, second) = (try Socket.pair(), try Socket.pair())
        try await onLoop { loop, done in
            let note = { (what: String) in order.withLock { $0.append(what) } }
            _ = try? loop.watch(first.0.descriptor, for: .readable) { _ in
                guard (try? first.0.receive(1)) != nil else { return }
                _ = try? second.1.send([1])
                usleep(20_000)
            }
            _ = try? loop.watch(second.0.descriptor, for: .readable) { _ in
                if (try? second.0.receive(1)) != nil { note("answer") }
            }
            loop.after(.milliseconds(10)) {
                note("deadline")
                done()
            }
            _ = try? first.1.send([1])
        }
        #expect(order.withLock { $0 } == ["answer", "deadline"])
    }

    @Test("an actor on a loop is called back within its isolation")
    func actor() async throws {
        await Counter(loop: try Loop(name: "test")).countTo(100)
    }

    @Test("what many threads hand to a loop at once is run, each piece once and in its thread's order")
    func manySenders() async throws {
        let loop = try Loop(name: "test")
        let tally = Tally(loop: loop)
        await withTaskGroup { group in
            for sender in 0..<8 {
                group.addTask {
                    for number in 0..<20_000 { loop.submit { tally.assumeIsolated { $0.note(number, of: sender) } } }
                }
            }
        }
        #expect(await tally.counts == [Int](repeating: 20_000, count: 8))
        #expect(await tally.outOfOrder == 0)
    }

    @Test("a stream carries more than the kernel takes at once, and says when the other end closes")
    func stream() async throws {
        let received = try await Pair(loop: try Loop(name: "test")).transfer(5_000_000)
        #expect(received == 5_000_000)
    }

    @Test("a connection that is refused says so")
    func refused() async throws {
        let reason = try await Pair(loop: try Loop(name: "test")).refusal()
        #expect(reason == "connect: Connection refused")
    }
}

/// Both ends of a connection over loopback.
private actor Pair {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var listener: Listener?
    private var source: Stream?
    private var sink: Stream?
    private var received = 0
    private let here = Endpoint(Address(v4: 0x7f00_0001), port: 0)

    init(loop: Loop) { self.loop = loop }

    func transfer(_ count: Int) async throws -> Int {
        let socket = try Socket.listen(at: here)
        let remote = socket.local ?? here
        return try await withCheckedThrowingContinuation { continuation in
            do {
                listener = try Listener(loop: loop, socket: socket) { socket, _ in
                    self.sink = try? Stream(loop: self.loop, socket: socket) { event in
                        if case .received(let bytes) = event { self.received += bytes.count }
                        if case .closed = event { continuation.resume(returning: self.received) }
                    }
                }
                source = try Stream(loop: loop, socket: .connect(to: remote), connecting: true) { event in
                    if case .drained = event { self.source?.close() }
                }
                source?.send([UInt8](repeating: 1, count: count))
            } catch { continuation.resume(throwing: error) }
        }
    }

    func refusal() async throws -> String {
        let socket = try Socket.connect(to: Endpoint(here.address, port: 1))
        return try await withCheckedThrowingContinuation { continuation in
            do {
                source = try Stream(loop: loop, socket: socket, connecting: true) { event in
                    if case .closed(let error) = event { continuation.resume(returning: error?.description ?? "") }
                }
            } catch { continuation.resume(throwing: error) }
        }
    }
}
