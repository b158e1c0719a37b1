import Dialect
import Glibc
import Internet
import Kernel
import Lab
import Loop
import Net
import Peers
import Synchronization

/// A scene with a network namespace and a BIRD for each AS and each site, joined by cables. Packets take the ways that the
/// kernels' tables say, and BIRD writes those.
///
/// A BIRD ends with this value, by its own id, and with this process, however that ends (PR_SET_PDEATHSIG, set from a
/// thread that lives as long); the namespaces go with their last descriptor.
actor Routers {
    /// First the ASes by position, then the sites.
    private struct Node {
        let namespace: Namespace
        let control: BirdControl
        /// For packets: of an AS, to send from; of a site, to receive at.
        let socket: Int32
        /// By link.
        var interfaces: [Int: String] = [:]
    }

    /// A cable; its number names it at both ends.
    private struct Cable {
        let ends: [Int]
        let relation: Relation
        var origination: Int?
    }

    static let prefix = "203.0.113.0/24"
    private static let server = Address(v4: 0xcb00_7101)
    /// Threads that fork live as long as the process.
    private static let starter = try? Loop(name: "birds")

    let scene: Scene
    private let folder: String
    private var nodes: [Node] = []
    private var cables: [Cable] = []
    private let birds = Birds()
    private var broken: [Break] = []
    private var round: UInt32 = 0

    init(_ scene: Scene) throws {
        self.scene = scene
        try Limits.raiseOpenFiles()
        folder = try makeFolder()
        cables =
            scene.graph.relationships.map { link in
                // What the first is to the second.
                Cable(
                    ends: [link.first, link.second].map { scene.graph.position(of: $0) ?? 0 },
                    relation: link.isPeering ? .peer : .provider)
            }
            + scene.originations.enumerated().compactMap { number, told in
                guard case .neighbor(let asn, let relation) = told.recipient,
                    let position = scene.graph.position(of: asn)
                else { return nil }
                return Cable(ends: [position, scene.graph.count + told.site], relation: relation, origination: number)
            }
    }

    deinit {
        birds.end()
        for node in nodes { close(node.socket) }
        removeFolder(folder)
    }

    /// How many routers and cables there are.
    var size: (routers: Int, cables: Int) { (nodes.count, cables.count) }

    /// Of all BIRDs together, pages that they share counted once (PSS).
    var megabytes: Double { birds.all.reduce(0) { $0 + Peers.megabytes(of: $1.pid) } }

    // MARK: Building

    func build() async throws {
        for number in 0..<scene.graph.count + scene.siteCount { nodes.append(try node(number)) }
        for number in cables.indices { try lay(number) }
        let bird = try Program.find("bird")
        for number in nodes.indices {
            try writeFile(path(number, "conf"), number < scene.graph.count ? system(number) : site(number))
            try await start(bird, number)
        }
    }

    private func path(_ number: Int, _ kind: String) -> String { "\(folder)/\(number).\(kind)" }

    private func node(_ number: Int) throws -> Node {
        let namespace = try Namespace.make()
        let isSite = number >= scene.graph.count
        var socket: Int32 = -1
        try namespace.run { () throws(SystemError) in
            for (setting, value) in [("rp_filter", "0"), ("forwarding", "1")] {
                for which in ["all", "default"] {
                    ProcFile.write(value, to: "/proc/sys/net/ipv4/conf/\(which)/\(setting)")
                }
            }
            socket = Glibc.socket(
                AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        let netlink = try Netlink(in: namespace)
        try netlink.setUp("lo")
        if isSite {
            try netlink.addAddress(Self.server, to: "lo")
            var address = Self.serverAddress
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, __CONST_SOCKADDR_ARG(__sockaddr__: $0), size)
                }
            }
            guard bound == 0 else { throw PeerError("bind: \(String(cString: strerror(errno)))") }
        }
        return Node(namespace: namespace, control: BirdControl(path: path(number, "ctl")), socket: socket)
    }

    private func lay(_ number: Int) throws {
        let (near, far) = (cables[number].ends[0], cables[number].ends[1])
        try Netlink(in: nodes[near].namespace).addVeth("l\(number)", peer: "l\(number)", in: nodes[far].namespace)
        for (node, other) in [(near, 1), (far, 0)] {
            let netlink = try Netlink(in: nodes[node].namespace)
            try netlink.setUp("l\(number)")
            try netlink.addAddress(address(number, 1 - other), peer: address(number, other), to: "l\(number)")
        }
        try introduce(number)
    }

    /// Both ends know each other: the kernel's table of neighbors has room for 500 cables, on the whole machine.
    private func introduce(_ number: Int) throws {
        let ends = try cables[number].ends.map { try Netlink(in: nodes[$0].namespace) }
        for end in 0...1 {
            let other = try ends[1 - end].linkAddress(of: "l\(number)")
            try ends[end].addNeighbor(address(number, 1 - end), at: other, on: "l\(number)")
        }
    }

    /// Of an end of a cable, in the range for benchmarks (RFC 2544).
    private func address(_ cable: Int, _ end: Int) -> Address { Address(v4: 0xc612_0000 + UInt32(2 * cable + end)) }

    private func start(_ bird: String, _ number: Int) async throws {
        var spawn = Spawn(bird, ["-f", "-c", path(number, "conf"), "-s", path(number, "ctl")])
        (spawn.output, spawn.error) = (.null, .null)
        spawn.network = nodes[number].namespace
        spawn.parentDeathSignal = SIGKILL
        guard let starter = Self.starter else { throw PeerError("no thread") }
        let order = spawn
        let started: Result<Process, SystemError> = await withCheckedContinuation { continuation in
            starter.submit { continuation.resume(returning: Result { () throws(SystemError) in try order.start() }) }
        }
        birds.add(try started.get())
    }

    // MARK: What routers are told

    /// As a rehearsal configures them.
    private func system(_ position: Int) -> String {
        let asn = scene.graph.ases[position]
        var router = Router(
            asn: asn, routerID: scene.ids[asn] ?? RouterID(rawValue: 1), origins: [], neighbors: [])
        for (number, cable) in cables.enumerated() where cable.ends.contains(position) {
            let end = cable.ends[0] == position ? 0 : 1
            let other = cable.ends[1 - end]
            let relation: Router.Relation =
                switch cable.relation {
                case .peer: .peer
                // Between ASes the first is a provider of the second; to a site the relation is what the AS is to it.
                case .provider: end == 0 ? .customer : .provider
                case .customer: .provider
                }
            router.neighbors.append(
                .init(
                    name: "to_\(number)", asn: other < scene.graph.count ? scene.graph.ases[other] : scene.asn,
                    relation: relation, interface: "l\(number)", localAddress: address(number, end),
                    address: address(number, 1 - end), holdTime: .seconds(240)))
        }
        return BIRD.configuration(of: router).replacing("protocol device {}", with: Self.device)
    }

    /// A change of a link that BIRD isn't told of in time it finds at its next look, usually after up to a minute.
    private static let device = "protocol device { scan time 1; }"

    /// It announces, and takes nothing.
    private func site(_ number: Int) -> String {
        let site = number - scene.graph.count
        let sessions = cables.enumerated().compactMap { link, cable -> String? in
            guard cable.ends[1] == number, let origination = cable.origination else { return nil }
            let told = scene.originations[origination]
            let prepends = String(repeating: "bgp_path.prepend(\(scene.asn.rawValue)); ", count: told.prepend)
            let tags = told.actions.isEmpty ? "" : "bgp_community.add((65535, 65281)); "
            return """
                protocol bgp to_\(link) {
                    local \(address(link, 1)) as \(scene.asn.rawValue);
                    neighbor \(address(link, 0)) as \(scene.graph.ases[cable.ends[0]].rawValue);
                    interface "l\(link)"; direct; hold time 240; graceful restart off;
                    error wait time 1, 2; connect delay time 1; connect retry time 2;
                    ipv4 { import none; export filter {
                        if source != RTS_STATIC then reject;
                        \(prepends)\(tags)accept;
                    }; };
                }
                """
        }
        return """
            log stderr { fatal, bug };
            router id \(scene.siteIDs[site]);
            \(Self.device)
            protocol static own { ipv4; route \(Self.prefix) blackhole; }

            """ + sessions.joined(separator: "\n")
    }

    // MARK: Breaking

    /// Breaks what isn't, and mends what isn't to be.
    func become(_ wanted: [Break]) throws {
        for old in broken where !wanted.contains(old) { try set(old, working: true) }
        for new in wanted where !broken.contains(new) { try set(new, working: false) }
        broken = wanted
    }

    private func set(_ what: Break, working: Bool) throws {
        if case .site(let site) = what {
            _ = try nodes[scene.graph.count + site].control.ask(working ? "enable own" : "disable own")
            return
        }
        for number in cables(of: what) {
            let netlink = try Netlink(in: nodes[cables[number].ends[0]].namespace)
            if working {
                try netlink.setUp("l\(number)")
                try introduce(number)
            } else {
                try netlink.setDown("l\(number)")
            }
        }
    }

    private func cables(of what: Break) -> [Int] {
        switch what {
        case .site: []
        case .session(let origination): cables.indices.filter { cables[$0].origination == origination }
        case .system(let asn):
            cables.indices.filter { scene.graph.position(of: asn).map(cables[$0].ends.contains) ?? false }
        case .link(let link):
            cables.indices.filter { number in
                cables[number].origination == nil
                    && cables[number].ends == [link.first, link.second].map { scene.graph.position(of: $0) }
            }
        }
    }

    // MARK: Looking

    /// Until every session is up whose cable is, and no other.
    func awaitSessions(within limit: Duration) async throws {
        let down = Set(broken.flatMap(cables(of:)))
        var wanted = [Int](repeating: 0, count: nodes.count)
        for (number, cable) in cables.enumerated() where !down.contains(number) {
            for end in cable.ends { wanted[end] += 1 }
        }
        let deadline = ContinuousClock.now + limit
        var left = Array(nodes.indices)
        while true {
            left = left.filter { (try? established(at: $0)) != wanted[$0] }
            if left.isEmpty { return }
            guard birds.areAlive else { throw PeerError("a BIRD has ended") }
            guard ContinuousClock.now < deadline else { throw PeerError("sessions of \(left.count) routers aren't up") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func established(at number: Int) throws -> Int {
        try nodes[number].control.ask("show protocols").lines.count { line in
            let words = line.text.split(separator: " ")
            return words.count > 1 && words[1] == "BGP" && words.last == "Established"
        }
    }

    /// The paths of all ASes, once they have stood for half a second and are those expected, or for `patience` and aren't.
    func paths(expecting expected: [[UInt32]?], patience: Duration) async throws -> [[UInt32]?] {
        var last: [[UInt32]?] = []
        var since = ContinuousClock.now
        while true {
            let paths = try (0..<scene.graph.count).map { try nodes[$0].control.path(to: Self.server) }
            let now = ContinuousClock.now
            if paths != last { (last, since) = (paths, now) }
            if now - since >= (paths == expected ? .milliseconds(500) : patience) { return paths }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The site that a packet of each AS arrives at.
    func landings() async throws -> [Int?] {
        round += 1
        var found = [Int?](repeating: nil, count: scene.graph.count)
        for position in found.indices {
            send(from: position)
            // A socket keeps some 160 datagrams, and all may land at one site.
            if position % 64 == 63 { collect(&found) }
        }
        var silent = 0
        while silent < 5, found.contains(nil) {
            try await Task.sleep(for: .milliseconds(20))
            silent = collect(&found) ? 0 : silent + 1
        }
        return found
    }

    /// What has arrived since; whether anything has.
    @discardableResult
    private func collect(_ found: inout [Int?]) -> Bool {
        var came = false
        for site in 0..<scene.siteCount {
            while let position = receive(at: scene.graph.count + site) {
                found[position] = site
                came = true
            }
        }
        return came
    }

    private static var serverAddress: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(9).bigEndian
        address.sin_addr.s_addr = UInt32(0xcb00_7101).bigEndian
        return address
    }

    private func send(from position: Int) {
        let words = [round, UInt32(position)]
        var address = Self.serverAddress
        words.withUnsafeBytes { bytes in
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(
                        nodes[position].socket, bytes.baseAddress, bytes.count, 0,
                        __CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// Of this round.
    private func receive(at number: Int) -> Int? {
        var words: [UInt32] = [0, 0]
        while words.withUnsafeMutableBytes({ recv(nodes[number].socket, $0.baseAddress, $0.count, 0) }) == 8 {
            if words[0] == round { return Int(words[1]) }
        }
        return nil
    }
}

/// Processes that end by their own ids.
private final class Birds: Sendable {
    private let running = Mutex<[Process]>([])

    var all: [Process] { running.withLock { $0 } }
    var areAlive: Bool { all.allSatisfy { !$0.hasEnded } }

    func add(_ process: Process) { running.withLock { $0.append(process) } }

    func end() {
        let ended = running.withLock { running in
            defer { running = [] }
            return running
        }
        for process in ended { try? process.signal(SIGKILL) }
        for process in ended { _ = try? process.wait() }
    }
}
