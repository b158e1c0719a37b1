import Glibc
import Synchronization

private let isOver = Atomic<Bool>(false)

/// `Benchmarks ask ADDRESS`: a process of its own, in the client's namespace, that sends a query every 5 ms and notes who
/// answered it. It prints a line whenever the queries have moved, and all of them when it gets SIGTERM.
enum Client {
    static let interval = 5_000_000
    /// Who answers says the address of www.example.org: the site's zone has this one, the survivor's another.
    static let siteAddress: [UInt8] = [192, 0, 2, 80]

    static func run(_ address: String) -> Never {
        signal(SIGTERM) { _ in isOver.store(true, ordering: .relaxed) }
        let socket = connected(to: address)
        guard socket >= 0 else {
            say("cannot ask \(address): \(String(cString: strerror(errno)))")
            exit(1)
        }
        var queries: [(sent: Int, answer: Trace.Answer)] = []
        var latest = Trace.Answer.none
        let start = now()
        while !isOver.load(ordering: .relaxed) {
            send(socket, question(UInt16(truncatingIfNeeded: queries.count)))
            queries.append((now(), .none))
            let next = start + queries.count * interval
            while let (id, answer) = receive(socket, until: next) {
                let number = queries.count - 1 - Int(UInt16(truncatingIfNeeded: queries.count - 1) &- id)
                guard queries.indices.contains(number) else { continue }
                queries[number].answer = answer
                if answer != latest { tell("now \(queries[number].sent) \(answer.rawValue)\n") }
                latest = answer
            }
        }
        tell(queries.map { "sent \($0.sent) \($0.answer.rawValue)\n" }.joined())
        exit(0)
    }

    /// Without a buffer: whoever waits for a line reads it at once.
    private static func tell(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    /// Nanoseconds of the monotonic clock, which all processes share.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// An answer's ID and who gave it, or nil when there is none by then. ICMP's errors are read, and forgotten.
    private static func receive(_ socket: Int32, until end: Int) -> (UInt16, Trace.Answer)? {
        while !isOver.load(ordering: .relaxed) {
            let left = max(end - now(), 0)
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            var time = timespec(tv_sec: left / 1_000_000_000, tv_nsec: left % 1_000_000_000)
            guard ppoll(&waiting, 1, &time, nil) > 0 else { return nil }
            var reply = [UInt8](repeating: 0, count: 512)
            let count = recv(socket, &reply, reply.count, Int32(MSG_DONTWAIT))
            guard count >= question(0).count + 16 else { continue }
            let data = reply[(question(0).count + 12)...].prefix(4)
            return (UInt16(reply[0]) << 8 | UInt16(reply[1]), data.elementsEqual(siteAddress) ? .site : .survivor)
        }
        return nil
    }

    private static func send(_ socket: Int32, _ bytes: [UInt8]) {
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_DONTWAIT))
    }

    /// www.example.org A, without EDNS: the answer's record stands right behind it, with a compressed name.
    private static func question(_ id: UInt16) -> [UInt8] {
        [UInt8(id >> 8), UInt8(id & 0xff)] + [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
            + Array("\u{3}www\u{7}example\u{3}org\0".utf8)
            + [0, 1, 0, 1]
    }

    private static func connected(to address: String) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(53).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, __CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0 ? descriptor : -1
    }
}
