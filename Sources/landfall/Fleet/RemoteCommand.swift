import Glibc
import Kernel
import Loop
import Net

/// A command line under way, with what it has printed. It leads a process group of its own, which is killed when its time
/// is over or when it is let go.
final class RemoteCommand {
    private var process: Process?
    private var data: Capture?
    private var talk: Capture?
    private var ending: Via.Outcome?

    /// A status with thousands of prefixes is a few megabytes.
    private static let mostData = 16 << 20
    private static let mostTalk = 65536

    init(_ line: String) {
        do throws(SystemError) { (process, data, talk) = try Self.start(line) } catch {
            process = nil
            ending = .failed("\(error)")
        }
    }

    private static func start(_ line: String) throws(SystemError) -> (Process, Capture, Capture) {
        let (data, talk) = (try Capture(limit: mostData), try Capture(limit: mostTalk))
        defer {
            data.closeWriting()
            talk.closeWriting()
        }
        var spawn = Spawn("/bin/sh", ["-c", line])
        (spawn.output, spawn.error) = (.descriptor(data.writing), .descriptor(talk.writing))
        (spawn.newGroup, spawn.parentDeathSignal) = (true, SIGKILL)
        return (try spawn.start(), data, talk)
    }

    deinit { kill() }

    /// Returns when all have ended, or at the deadline.
    static func wait(for commands: [RemoteCommand], until deadline: Instant) {
        while true {
            for command in commands { command.look() }
            let open = commands.filter { $0.ending == nil }
            let left = (deadline - Loop.now).milliseconds
            guard !open.isEmpty, left > 0 else { return }
            var entries = open.flatMap(\.descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&entries, nfds_t(entries.count), Int32(min(left, 1000).rounded(.up)))
        }
    }

    func outcome(after limit: Duration) -> Via.Outcome {
        if let ending { return ending }
        kill()
        return .failed("no answer within \(limit.shortText)" + (lastWords.map { ": \($0)" } ?? ""))
    }

    private var descriptors: [Int32] {
        [process?.pidfd, data?.openReading, talk?.openReading].compactMap(\.self)
    }

    private func look() {
        guard ending == nil, let process, let data, let talk else { return }
        // Before the pipes: what an ended process has written is in them.
        let status = try? process.poll()
        data.read()
        talk.read()
        if let status {
            ending = data.isFull ? Self.tooMuch : outcome(status, data.bytes)
        } else if data.isFull {
            kill()
            ending = Self.tooMuch
        }
    }

    private static let tooMuch = Via.Outcome.failed("it printed more than \(mostData) bytes")

    private func outcome(_ status: Process.Status, _ data: [UInt8]) -> Via.Outcome {
        switch status {
        case .exited(let code): .ended(code, output: data, talk: lastWords ?? "")
        case .killed(let signal): .failed("killed by signal \(signal)" + (lastWords.map { ": \($0)" } ?? ""))
        }
    }

    /// The last line of its talk: `ssh: connect to host sin1 port 22: No route to host`.
    private var lastWords: String? {
        let lines = String(decoding: talk?.bytes ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.last { !$0.allSatisfy(\.isWhitespace) }?.printable(300)
    }

    private func kill() {
        guard ending == nil, let process else { return }
        try? process.signalGroup(SIGKILL)
        _ = try? process.poll()
    }
}

/// What comes out of a pipe, up to a limit.
private final class Capture {
    let writing: Int32
    private let reading: Int32
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    private var isWritingOpen = true
    private var isAtEnd = false

    init(limit: Int) throws(SystemError) {
        let ends = try Pipe.open()
        (reading, writing, self.limit) = (ends.read, ends.write, limit)
    }

    deinit {
        close(reading)
        closeWriting()
    }

    func closeWriting() {
        if isWritingOpen { close(writing) }
        isWritingOpen = false
    }

    var isFull: Bool { bytes.count > limit }
    /// nil when nothing more will come: a poll would return at once, again and again.
    var openReading: Int32? { isAtEnd ? nil : reading }

    func read() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        // A few at a time: who prints without end must not keep the others waiting.
        for _ in 0..<64 where !isAtEnd {
            let count = Glibc.read(reading, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isAtEnd = count == 0
                return
            }
            if bytes.count <= limit { bytes += chunk[..<count] }
        }
    }
}
