import Glibc
import Peers

/// A folder for programs of a test's own, and for what they write.
struct Scripts: Sendable {
    let folder: String

    init() throws {
        folder = try makeFolder()
        chmod(folder, 0o777)  // agents run as nobody
    }

    func remove() { removeFolder(folder) }

    /// The path of a program.
    func add(_ name: String, _ text: String) throws -> String {
        try writeFile("\(folder)/\(name)", "#!/bin/sh\n" + text + "\n")
        chmod("\(folder)/\(name)", 0o755)
        return "\(folder)/\(name)"
    }

    /// A program that exits with what `set` says, 0 at first.
    func judge(_ name: String = "judge") throws -> String {
        try set(0, name)
        return try add(name, "echo it says $(cat \(folder)/\(name).code); exit $(cat \(folder)/\(name).code)")
    }

    /// In one step, since a program may be reading.
    func set(_ code: Int, _ name: String = "judge") throws {
        try writeFile("\(folder)/\(name).new", "\(code)")
        rename("\(folder)/\(name).new", "\(folder)/\(name).code")
    }

    func text(_ name: String) -> String { readFile("\(folder)/\(name)") ?? "" }

    /// The numbers in a file that programs wrote.
    func pids(_ name: String) -> [Int32] { text(name).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) } }
}

/// Whether nobody has this number, but perhaps a zombie.
func isGone(_ pid: Int32) -> Bool {
    kill(pid, 0) != 0 || readFile("/proc/\(pid)/stat")?.split(separator: ")").last?.hasPrefix(" Z") == true
}
