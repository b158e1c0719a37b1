import DNS
import Files
import Glibc
import Peers

/// Queries answered by the engine in this process, from bytes to bytes, with no socket and no thread beside it.
func engineAlone(_ settings: DNSSettings, into results: inout DNSResults) throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let (workloads, _) = try DNSWorkload.all(in: folder)
    for workload in workloads {
        do {
            var trial = try EngineTrial(workload)
            let nanoseconds = try trial.measure(rounds: settings.runs * 3)
            results.add(workload.title, "engine alone, ns", [.landfall: nanoseconds], aim: 400)
        } catch { results.complain("engine, \(workload.title): \(error)") }
    }
}

private struct EngineTrial {
    var responder: Responder
    /// All queries one behind the other, and where each ends: each in an array of its own would be retained for each answer.
    var queries: [UInt8] = []
    var ends: [Int] = []

    init(_ workload: DNSWorkload) throws {
        let text = try File.read(workload.zone.file, limit: 100_000_000)
        responder = Responder(zones: Zones([try Zone.parse(text, path: workload.zone.file)]))
        let edns = EDNS(dnssecOK: workload.queries.edns == "do")
        for line in workload.lines.shuffled() {
            let words = line.split(separator: " ")
            guard let name = Name(String(words[0])) else { throw PeerError("no name: \(line)") }
            queries += try Message(id: 4711, questions: [Question(name, .a)], edns: edns).encode()
            ends.append(queries.count)
        }
    }

    /// Nanoseconds of this thread's processor for a query, of each round; a batch's answers lie one behind the other, as
    /// the server's do.
    mutating func measure(rounds: Int) throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<rounds + 1 {
            let clock = Self.nanoseconds()
            var asked = 0
            while asked < 100_000 { asked += try answerAll() }
            times.append((Self.nanoseconds() - clock) / Double(asked))
        }
        return Array(times.dropFirst())
    }

    private static func nanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private mutating func answerAll() throws -> Int {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(64 * 1232)
        let (all, ends) = (queries, ends)
        var start = 0
        for (number, end) in ends.enumerated() {
            if number.isMultiple(of: 64) { buffer.removeAll(keepingCapacity: true) }
            let query = all.span.extracting(start..<end)
            guard responder.respond(to: query, over: .udp, into: &buffer) != .ignored else {
                throw PeerError("query \(number) isn't answered")
            }
            start = end
        }
        return ends.count
    }
}
