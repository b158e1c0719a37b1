import Peers

/// `peers/propagate.c`, compiled for this run: the same three phases on the same graph in C, one thread. It draws the
/// origins of its announcements by `rand()` from the seed 5, so that ours can be the same.
struct PropagatePeer {
    private let sandbox: Sandbox
    private let program: String

    struct Times {
        var load = 0.0
        /// Milliseconds an announcement, by how many origins it has.
        var mean: [Int: Double] = [:]
        var megabytes = 0.0
    }

    init(in sandbox: Sandbox) async throws {
        (self.sandbox, program) = (sandbox, sandbox.folder + "/propagate")
        let compiler = Program.lack("clang") == nil ? "clang" : "cc"
        let arguments = ["-O3", "-march=native", "-o", program, "Benchmarks/peers/propagate.c"]
        let built = try await sandbox.run(compiler, arguments, within: .seconds(60))
        guard built.status == 0 else { throw PeerError("\(compiler): \(built.output)") }
    }

    func run(_ file: String) async throws -> Times {
        let ended = try await sandbox.run(program, [file], within: .seconds(300))
        guard ended.status == 0 else { throw PeerError("propagate: \(ended.output)") }
        var times = Times()
        for line in ended.output.split(separator: "\n") { times.take(line.split(separator: " ")) }
        guard times.mean.count == 4 else { throw PeerError("propagate printed: \(ended.output)") }
        return times
    }

    /// How many landings and lengths of ours it finds otherwise; `answer` is origins, then lines of AS, site and length.
    func disagreements(_ file: String, _ answer: String) async throws -> String? {
        try writeFile(sandbox.folder + "/answer", answer)
        let ended = try await sandbox.run(program, [file, sandbox.folder + "/answer"], within: .seconds(300))
        let line = ended.output.split(separator: "\n").first { $0.hasPrefix("vs BGPy") }.map(String.init)
        return line?.hasSuffix("site mismatches 0, length mismatches 0") == true ? nil : line ?? ended.output
    }
}

extension PropagatePeer.Times {
    /// `load 401 ms …`, ` 10 origins: mean 4.731 ms best …`, `maxrss 23.6 MB`.
    fileprivate mutating func take(_ words: [Substring]) {
        guard words.count >= 3 else { return }
        if words[0] == "load" { load = Double(words[1]) ?? 0 }
        if words[0] == "maxrss" { megabytes = Double(words[1]) ?? 0 }
        if words[1] == "origins:", let origins = Int(words[0]) { mean[origins] = Double(words[3]) }
    }
}
