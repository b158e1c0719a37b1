package import Loop
package import Net
internal import Synchronization

/// A client's long downloads, one in each family. When one breaks it opens the next, as a browser would.
package actor Downloader {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private nonisolated let record: Mutex<[Download]>
    private let servers: [Endpoint]
    private var streams: [Stream?]
    /// What has come of the line that says who serves.
    private var greetings: [[UInt8]]
    private var attempts: [Int]

    /// How long a connection may take, and how long to wait before the next.
    static let patience: Duration = .seconds(1)
    static let pause: Duration = .milliseconds(200)
    /// No host has a longer name.
    static let longestGreeting = 64

    package init(loop: Loop, servers: [Endpoint]) {
        (self.loop, self.servers) = (loop, servers)
        record = Mutex(servers.map { _ in Download() })
        streams = servers.map { _ in nil }
        greetings = servers.map { _ in [] }
        attempts = servers.map { _ in 0 }
    }

    package nonisolated var downloads: [Download] { record.withLock { $0 } }

    /// Comes after the loop's thread has entered the client's namespace.
    package nonisolated func start() {
        loop.submit { self.assumeIsolated { me in for index in me.servers.indices { me.connect(index) } } }
    }

    package nonisolated func stop() {
        loop.submit { self.assumeIsolated { me in for index in me.servers.indices { me.leave(index) } } }
    }

    private func leave(_ index: Int) {
        attempts[index] += 1
        streams[index]?.close()
        streams[index] = nil
    }

    private func connect(_ index: Int) {
        leave(index)
        greetings[index] = []
        let attempt = attempts[index]
        let stream = (try? Socket.connect(to: servers[index])).flatMap { socket in
            try? Stream(loop: loop, socket: socket, connecting: true) { event in
                self.note(event, index, attempt)
            }
        }
        streams[index] = stream
        if stream == nil { return retry(index) }
        watch(index, attempt, Self.patience)
    }

    private func retry(_ index: Int) {
        let attempt = attempts[index]
        loop.after(Self.pause) { if self.attempts[index] == attempt { self.connect(index) } }
    }

    private func note(_ event: Stream.Event, _ index: Int, _ attempt: Int) {
        guard attempt == attempts[index] else { return }
        switch event {
        case .connected, .drained: break
        case .received(let bytes): receive(bytes, index, attempt)
        case .closed:
            if isGreeted(index) { end(index, .reset) } else { retry(index) }
        }
    }

    private func isGreeted(_ index: Int) -> Bool { greetings[index].contains(UInt8(ascii: "\n")) }

    private func receive(_ bytes: [UInt8], _ index: Int, _ attempt: Int) {
        let now = Loop.now
        if isGreeted(index) {
            return record.withLock { $0[index].connections[$0[index].connections.count - 1].lastHeard = now }
        }
        greetings[index] += bytes.prefix(Self.longestGreeting)
        guard let end = greetings[index].firstIndex(of: UInt8(ascii: "\n")) else { return }
        let host = String(decoding: greetings[index][..<end], as: UTF8.self)
        record.withLock { $0[index].connections.append(Connection(opened: now, host: host)) }
        watch(index, attempt, Connection.patience)
    }

    /// Looks again when the time would be over.
    private func watch(_ index: Int, _ attempt: Int, _ patience: Duration) {
        loop.after(patience) {
            guard attempt == self.attempts[index], self.streams[index] != nil else { return }
            guard self.isGreeted(index) else { return self.connect(index) }
            let heard = self.record.withLock { $0[index].connections.last?.lastHeard } ?? Loop.now
            let left = heard + Connection.patience - Loop.now
            if left > .zero { self.watch(index, attempt, left) } else { self.end(index, .silent) }
        }
    }

    private func end(_ index: Int, _ how: Connection.End) {
        let now = Loop.now
        record.withLock { $0[index].connections[$0[index].connections.count - 1].end(how, at: now) }
        connect(index)
    }
}
