import Glibc
import Net
import Peers
import RIB

/// Longest-prefix match on a full table, 1,000,000 IPv4 and 200,000 IPv6 prefixes, beside the same structure in C at -O3
/// and beside DIR-24-8, which trades memory and the ease of a change for speed. All must find the same.
let lookups = Subject(name: "lookups", summary: "longest-prefix match, beside the same tree in C and DIR-24-8") {
    let sandbox = try await Sandbox(fresh: false)
    let table = FullTable(ipv4: 1_000_000, ipv6: 200_000, seed: 1)
    let file = sandbox.folder + "/prefixes"
    try writeFile(file, table.text)
    let peer = try await LookupPeer(in: sandbox)
    var (ours, theirs): ([String: [Lookup]], [String: [Lookup]]) = ([:], [:])
    for round in 0..<5 {
        for lookup in try await peer.run(file, lookups: Lookup.count, seed: round) {
            theirs[lookup.name, default: []].append(lookup)
        }
        for lookup in Lookup.measure(table, seed: UInt64(round)) { ours[lookup.name, default: []].append(lookup) }
    }
    try Lookup.check(ours, theirs)
    return Lookup.measurements(ours, theirs)
}

/// `peers/lpm.c`, compiled for this run: by the compiler that stands behind Swift's, where there is one.
struct LookupPeer {
    private let sandbox: Sandbox
    private let program: String

    init(in sandbox: Sandbox) async throws {
        (self.sandbox, program) = (sandbox, sandbox.folder + "/lpm")
        let compiler = Program.lack("clang") == nil ? "clang" : "cc"
        let arguments = ["-O3", "-o", program, "Benchmarks/peers/lpm.c"]
        let built = try await sandbox.run(compiler, arguments, within: .seconds(60))
        guard built.status == 0 else { throw PeerError("\(compiler): \(built.output)") }
    }

    func run(_ file: String, lookups: Int, seed: Int) async throws -> [Lookup] {
        let ended = try await sandbox.run(program, [file, "\(lookups)", "\(seed)"], within: .seconds(300))
        guard ended.status == 0 else { throw PeerError("lpm: \(ended.output)") }
        return ended.output.split(separator: "\n").compactMap { Lookup($0) }
    }
}

/// One table's build and lookups, as `peers/lpm.c` prints them.
struct Lookup {
    static let count = 5_000_000

    var name: String
    var buildMilliseconds: Double
    var nanoseconds: Double
    var checksum: UInt64
    var bytes: Double

    init(_ name: String, build: Double, lookups: Double, checksum: UInt64, bytes: Int) {
        (self.name, buildMilliseconds, nanoseconds) = (name, build * 1000, lookups / Double(Self.count) * 1e9)
        (self.checksum, self.bytes) = (checksum, Double(bytes))
    }

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 5, let build = Double(words[1]), let nanoseconds = Double(words[2]),
            let checksum = UInt64(words[3]), let bytes = Double(words[4])
        else { return nil }
        (name, buildMilliseconds, self.nanoseconds) = (String(words[0]), build, nanoseconds)
        (self.checksum, self.bytes) = (checksum, bytes)
    }

    // MARK: Ours

    static func measure(_ table: FullTable, seed: UInt64) -> [Lookup] {
        Family.allCases.map { family in
            var index = PrefixIndex()
            let build = seconds {
                for (number, prefix) in table.prefixes.enumerated() where prefix.family == family {
                    index.insert(prefix, UInt32(number + 1))
                }
            }
            let keys = table.prefixes.filter { $0.family == family }.map(\.address.bits)
            var checksum: UInt64 = 0
            let narrow = keys.map { UInt32(truncatingIfNeeded: $0 >> 96) }
            let lookups = seconds {
                checksum = family == .ipv4 ? sum(index, narrow, seed) : sum(index, keys, seed)
            }
            return Lookup(
                family == .ipv4 ? "tree-ipv4" : "tree-ipv6", build: build, lookups: lookups, checksum: checksum,
                bytes: index.bytes)
        }
    }

    /// Half of the addresses lie anywhere, half within a prefix of the table.
    private static func sum(_ index: borrowing PrefixIndex, _ keys: [UInt32], _ seed: UInt64) -> UInt64 {
        var random = SeededRandom(seed: seed)
        var sum: UInt64 = 0
        for _ in 0..<count {
            let r = random.next()
            let key =
                r & 1 == 1
                ? UInt32(truncatingIfNeeded: r >> 32)
                : keys[Int((r >> 1) % UInt64(keys.count))] | UInt32(truncatingIfNeeded: r >> 58)
            sum &+= UInt64(index.match(ipv4: key) ?? 0)
        }
        return sum
    }

    private static func sum(_ index: borrowing PrefixIndex, _ keys: [UInt128], _ seed: UInt64) -> UInt64 {
        var random = SeededRandom(seed: seed)
        var sum: UInt64 = 0
        for _ in 0..<count {
            let r = random.next()
            let low = r & 1 == 1 ? UInt128(r >> 32) << 64 : UInt128(r >> 58)
            sum &+= UInt64(index.match(ipv6: keys[Int((r >> 1) % UInt64(keys.count))] | low) ?? 0)
        }
        return sum
    }

    // MARK: What it comes to

    static func check(_ ours: [String: [Lookup]], _ theirs: [String: [Lookup]]) throws(PeerError) {
        for (name, twin) in [("tree-ipv4", "tree-ipv4"), ("tree-ipv6", "tree-ipv6"), ("tree-ipv4", "dir-24-8")] {
            guard ours[name]?.map(\.checksum) == theirs[twin]?.map(\.checksum) else {
                throw PeerError("\(name) and \(twin) in C find different prefixes")
            }
        }
    }

    static func measurements(_ ours: [String: [Lookup]], _ theirs: [String: [Lookup]]) -> [Measurement] {
        let pairs = [
            ("IPv4", "tree-ipv4", "tree-ipv4", "same tree in C"), ("IPv6", "tree-ipv6", "tree-ipv6", "same tree in C"),
            ("IPv4", "tree-ipv4", "dir-24-8", "DIR-24-8 in C"),
        ]
        return pairs.flatMap { family, mine, other, peer in
            row("\(family) lookup", "ns", ours[mine], theirs[other], peer, \.nanoseconds)
                + row("\(family) build", "ms", ours[mine], theirs[other], peer, \.buildMilliseconds)
                + row("\(family) memory", "bytes", ours[mine], theirs[other], peer, \.bytes)
        }
    }

    private static func row(
        _ measure: String, _ unit: String, _ ours: [Lookup]?, _ theirs: [Lookup]?, _ peer: String,
        _ value: KeyPath<Lookup, Double>
    ) -> [Measurement] {
        let (mine, other) = (
            median((ours ?? []).map { $0[keyPath: value] }), median((theirs ?? []).map { $0[keyPath: value] })
        )
        return [
            Measurement(
                subject: "lookups", measure: measure, unit: unit, ours: mine, peer: other, peerName: peer,
                ratio: mine / other)
        ]
    }
}

/// What a piece of work takes of this thread's processor time.
func seconds(_ work: () -> Void) -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    work()
    return now() - start
}
