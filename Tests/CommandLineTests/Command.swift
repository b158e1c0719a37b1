import Files
import Glibc
import Kernel
import Peers
import Testing

/// The built `landfall`, run as a user runs it.
struct Command {
    var exit: Int32
    var output: String
    var talk: String

    /// `destination`: a file that gets what it prints; otherwise ``output`` does.
    init(_ arguments: String..., environment: [String] = [], into destination: String? = nil) throws {
        try self.init(program: Landfall.path, arguments, environment: environment, into: destination)
    }

    init(
        program: String, _ arguments: [String], environment: [String] = [], into destination: String? = nil
    ) throws {
        let (output, talk) = (try Pipe(), try Pipe())
        var spawn = Spawn(program, arguments)
        spawn.environment = Spawn.ownEnvironment + environment
        (spawn.output, spawn.error) = (.descriptor(output.writing), .descriptor(talk.writing))
        let file = try destination.map { path in
            let file = open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw FileError(path, .system(errno)) }
            spawn.output = .descriptor(file)
            return file
        }
        defer { if let file { close(file) } }
        let child = try spawn.start()
        close(output.writing)
        close(talk.writing)
        // Both are smaller than a pipe's 64 KiB, so that reading one after the other blocks nobody.
        (self.output, self.talk) = (output.text(), talk.text())
        guard case .exited(let code) = try child.wait() else {
            throw FileError(program, .system(EINTR))
        }
        exit = code
    }
}

private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw FileError("pipe", .system(errno)) }
        (reading, writing) = (ends[0], ends[1])
    }

    /// All of it, then closed.
    func text() -> String {
        defer { close(reading) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reading, &chunk, chunk.count)
            if count > 0 { bytes += chunk[..<count] } else if count == 0 || errno != EINTR { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Repository {
    static let example = "\(root)/examples/three-sites.yaml"
}
