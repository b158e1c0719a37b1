internal import Glibc
internal import Kernel
internal import Loop
internal import Net
internal import Synchronization

/// The same query again and again, at a steady pace, over a few flows; who answers isn't listened to. It ends when it is
/// told to, or after ten minutes.
actor Flood {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private nonisolated let counted = Mutex(0)
    private let perSecond: Int
    private var sockets: [Socket] = []
    private var started = Instant.zero
    private var isOver = false

    /// So that several hosts get their share of it.
    static let flows = 16
    static let longest: Duration = .seconds(600)
    /// Bursts would leave gaps for others to slip through: few packets at a time, and no rhythm.
    private static let pause: ClosedRange<Int64> = 250_000...750_000
    /// What is late by more is left out: a burst would be no steady pace.
    private static let mostAtOnce = 200

    init(loop: Loop, perSecond: Int) { (self.loop, self.perSecond) = (loop, perSecond) }

    nonisolated var sent: Int { counted.withLock { $0 } }

    nonisolated func start(_ query: [UInt8], at server: Endpoint, in namespace: Namespace) {
        loop.submit {
            try? namespace.enter()
            // One that has to wait for the machine leaves gaps for others to slip through. Those who may not go first do as
            // well as they can.
            setpriority(PRIO_PROCESS, 0, -10)
            self.assumeIsolated { flood in
                flood.started = Loop.now
                flood.sockets = (0..<Self.flows).compactMap { _ in
                    let socket = try? Socket.udp(server.address.family)
                    try? socket?.connect(server)
                    return socket
                }
                flood.send(query, due: 0)
            }
        }
    }

    nonisolated func stop() { loop.submit { self.assumeIsolated { $0.isOver = true } } }

    private func send(_ query: [UInt8], due before: Int) {
        guard !isOver, !sockets.isEmpty, Loop.now - started < Self.longest else { return }
        let due = Int((Loop.now - started).nanoseconds / 1000) * perSecond / 1_000_000
        var taken = 0
        for number in max(before, due - Self.mostAtOnce)..<due {
            if let count = try? sockets[number % sockets.count].send(query), count > 0 { taken += 1 }
        }
        counted.withLock { $0 += taken }
        loop.after(.nanoseconds(Int64.random(in: Self.pause))) { self.send(query, due: due) }
    }
}
