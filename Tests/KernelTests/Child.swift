import Glibc
import Kernel
import Net

/// What a child wrote, and how it ended.
struct Outcome {
    var text: String
    var status: Process.Status
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}

extension Spawn {
    /// Runs it to its end; its output is at most what fits a pipe.
    func run() throws -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe2") }
        defer { close(ends[0]) }
        var spawn = self
        spawn.output = .descriptor(ends[1])
        let started = Result { try spawn.start() }
        close(ends[1])
        let process = try started.get()
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 { text += chunk[..<count] }
        return Outcome(text: String(decoding: text, as: UTF8.self), status: try process.wait())
    }

    static func shell(_ script: String) -> Spawn { Spawn("/bin/sh", ["-c", script]) }
}

let isRoot = geteuid() == 0

/// The folder of the executables that this package builds.
let products: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count)
    let own = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(own[..<(own.lastIndex(of: "/") ?? own.endIndex)])
}()
