import Peers
import Testing

/// Clients that ask all the time: 500 queries a second over UDP from many ports, so that every socket of the service gets
/// its share, and 20 a second over TCP, each on a connection of its own. Written in Python, so that no code of ours judges
/// ours.
struct Load {
    private let child: Child

    init(in sandbox: Sandbox, at servers: [String]) throws {
        child = try sandbox.start("/usr/bin/python3", ["-u", "-c", Self.script] + servers)
    }

    struct Outcome {
        var asked: Int
        var lost: Int
        /// Over TCP, of those above.
        var lostOverTCP: Int
        var slowestMilliseconds: Int
        var answers: Set<String>
    }

    /// Ends it, waits for what is still on its way, and counts.
    func end() async throws -> Outcome {
        child.signal(15)
        try await child.wait()
        let line = try #require(child.output.split(separator: "\n").last { $0.hasPrefix("asked") }, "\(child.output)")
        let words = line.split(separator: " ").map(String.init)
        let number = { (key: String) in Int(words[(words.firstIndex(of: key) ?? 0) + 1]) ?? -1 }
        return Outcome(
            asked: number("asked"), lost: number("lost"), lostOverTCP: number("tcp"),
            slowestMilliseconds: number("slowest"),
            answers: Set(words.drop { $0 != "answers" }.dropFirst()))
    }

    private static let script = """
        import select, signal, socket, struct, sys, time
        servers, running = sys.argv[1:], True
        def stop(*_):
            global running
            running = False
        signal.signal(signal.SIGTERM, stop)
        question = b'\\x03www\\x07example\\x03org\\x00\\x00\\x01\\x00\\x01'
        def query(number): return struct.pack('>HHHHHH', number & 0xffff, 0, 1, 0, 0, 0) + question
        def family(server): return socket.AF_INET6 if ':' in server else socket.AF_INET
        udp = []
        for i in range(64):
            server = servers[i % len(servers)]
            s = socket.socket(family(server), socket.SOCK_DGRAM)
            s.connect((server, 53)); s.setblocking(False)
            udp.append(s)
        poller, waiting, tcp = select.epoll(), {}, {}
        for s in udp: poller.register(s, select.EPOLLIN)
        sockets = {s.fileno(): s for s in udp}
        asked = lost_tcp = refused = 0
        slowest, seen = 0.0, set()
        def note(begun, answer):
            global slowest
            slowest = max(slowest, time.monotonic() - begun)
            seen.add('.'.join(str(b) for b in answer[-4:]))
        def take(timeout):
            global lost_tcp
            for fd, event in poller.poll(timeout):
                if fd in sockets:
                    try: answer = sockets[fd].recv(4096)
                    except OSError: continue
                    begun = waiting.pop((fd, answer[:2]), None)
                    if begun: note(begun, answer)
                else:
                    s, begun, state, number = tcp[fd]
                    try:
                        if state == 'connecting':
                            error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                            if error: raise OSError(error, 'connect')
                            q = query(number)
                            s.send(struct.pack('>H', len(q)) + q)
                            poller.modify(fd, select.EPOLLIN)
                            tcp[fd] = (s, begun, 'asked', number)
                            continue
                        answer = s.recv(4096)
                        if not answer: raise OSError('closed')
                        note(begun, answer)
                    except OSError as error:
                        lost_tcp += 1
                        print('tcp', error)
                    poller.unregister(fd); s.close(); del tcp[fd]
        start = time.monotonic()
        while running:
            due = int((time.monotonic() - start) * 520)
            while asked < due:
                asked += 1
                if asked % 26 == 0:
                    server = servers[(asked // 26) % len(servers)]
                    s = socket.socket(family(server), socket.SOCK_STREAM); s.setblocking(False)
                    s.connect_ex((server, 53))
                    tcp[s.fileno()] = (s, time.monotonic(), 'connecting', asked)
                    poller.register(s, select.EPOLLOUT)
                    continue
                s = udp[asked % 64]
                try:
                    s.send(query(asked))
                    waiting[(s.fileno(), struct.pack('>H', asked & 0xffff))] = time.monotonic()
                except OSError as error:
                    refused += 1
                    print('udp', error)
            take(0.001)
        end = time.monotonic() + 20
        while time.monotonic() < end and (waiting or tcp): take(0.05)
        lost_tcp += len(tcp)
        print('asked', asked, 'lost', len(waiting) + refused + lost_tcp, 'tcp', lost_tcp, 'slowest', int(slowest * 1000), 'answers', *sorted(seen))
        """
}
