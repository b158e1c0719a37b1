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

public func readFile(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

public func writeFile(_ path: String, _ text: String) throws(PeerError) {
    do { try text.write(toFile: path, atomically: false, encoding: .utf8) } catch {
        throw PeerError("cannot write \(path): \(error)")
    }
}
