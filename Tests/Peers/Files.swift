import FoundationEssentials
import Glibc
import Synchronization

private let count = Atomic<Int>(0)

/// A number that no one else in this process gets.
func serial() -> Int { count.add(1, ordering: .relaxed).newValue }

/// An empty folder under TMPDIR, with a short path: Unix sockets in it may have 108 bytes.
public func makeFolder() throws(PeerError) -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(base)/landfall-\(getpid())-\(serial())"
    guard mkdir(path, 0o755) == 0 else { throw PeerError("cannot make \(path): \(String(cString: strerror(errno)))") }
    return path
}

public func removeFolder(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
}

/// Sockets count, too.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

public func readFile(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

/// Works for files of /proc too, whose size is said to be 0.
public func readBytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? bytes : nil }
        bytes += piece[..<count]
    }
}

/// The names in a folder, in order; none where there is no folder.
public func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

public func writeFile(_ path: String, _ text: String) throws(PeerError) {
    do { try text.write(toFile: path, atomically: false, encoding: .utf8) } catch {
        throw PeerError("cannot write \(path): \(error)")
    }
}
