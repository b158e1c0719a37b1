import Glibc
import Peers

/// The load and the echo, compiled once; servers run on one processor and the load on another.
struct DNSBench: Sendable {
    let sandbox: Sandbox
    let load, echo: String
    let serverCore, loadCore: Int

    init() async throws {
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        guard processors >= 2 else { throw PeerError("needs a processor for servers and another one for the load") }
        (serverCore, loadCore) = (processors - 1, processors - 2)
        sandbox = try await Sandbox(fresh: false)
        load = try await Self.compile("dnsload", in: sandbox)
        echo = try await Self.compile("dnsecho", in: sandbox)
    }

    private static func compile(_ name: String, in sandbox: Sandbox) async throws -> String {
        let compiler = Program.lack("clang") == nil ? "clang" : "cc"
        let program = sandbox.folder + "/" + name
        let arguments = ["-O2", "-o", program, "Benchmarks/peers/\(name).c"]
        let built = try await sandbox.run(compiler, arguments, within: .seconds(60))
        guard built.status == 0 else { throw PeerError("\(compiler): \(built.output)") }
        return program
    }

    /// One phase, as `peers/dnsload.c` knows it.
    func ask(
        _ address: String, _ queries: DNSQueries, _ phase: String, seconds: Double = 2, pids: String = "",
        in place: Sandbox? = nil
    ) async throws -> DNSFigures {
        let options = [
            "server=" + address, "queries=" + queries.file, "edns=" + queries.edns, "sizes=\(queries.file).sizes",
            "seconds=\(seconds)", "pids=" + pids, phase,
        ]
        let (status, output) = try await (place ?? sandbox).run(
            load, options, within: .seconds(seconds + 30), core: loadCore)
        guard status == 0, let figures = DNSFigures(output) else { throw PeerError("dnsload: \(output.suffix(500))") }
        return figures
    }

    func ask(_ server: DNSServer, _ queries: DNSQueries, _ phase: String) async throws -> DNSFigures {
        let figures = try await ask(
            "127.0.0.1:\(server.contender.port)", queries, phase, pids: server.pids)
        guard server.child.isRunning else { throw PeerError("\(server.contender.rawValue): \(server.child.output)") }
        guard figures["answers"] > 0, figures["wrong"] == 0 else {
            throw PeerError("\(server.contender.rawValue) answers wrongly: \(figures)")
        }
        return figures
    }
}

/// What one phase took and brought, as `peers/dnsload.c` prints it.
struct DNSFigures: Sendable, CustomStringConvertible {
    let description: String
    private let values: [String: Double]

    init?(_ line: String) {
        let words = line.split { $0.isWhitespace }
        guard words.count > 5 else { return nil }
        description = words.joined(separator: " ")
        values = words.dropFirst().reduce(into: [:]) { values, word in
            let parts = word.split(separator: "=")
            if parts.count == 2 { values[String(parts[0])] = Double(parts[1]) }
        }
    }

    subscript(_ name: String) -> Double { values[name] ?? .nan }

    /// Of the server's processor, for an answer.
    var microseconds: Double { self["cpu"] / self["answers"] * 1e6 }
    var perSecond: Double { self["answers"] / self["seconds"] }
    var bytes: Double { self["bytes"] / self["answers"] }
    /// What kinds of answers there were: the same from all who answer the same queries.
    var kinds: [Double] { ["nxdomain", "truncated"].map { self[$0] / self["answers"] } }
}
