internal import Glibc

/// Which processes hold which sockets: what `ss -p` prints.
public struct SocketHolders: Sendable {
    public struct Holder: Hashable, Sendable {
        public var pid: Int32
        /// The program's name, as the kernel keeps it: at most 15 bytes.
        public var name: String

        public init(pid: Int32, name: String) { (self.pid, self.name) = (pid, name) }
    }

    /// By the inode of the socket, in the order of the pids.
    public var byInode: [UInt64: [Holder]]
    /// False: there are processes whose descriptors we may not see.
    public var isComplete: Bool

    public init(byInode: [UInt64: [Holder]] = [:], isComplete: Bool = true) {
        (self.byInode, self.isComplete) = (byInode, isComplete)
    }

    /// Looks through the descriptors of every process.
    public static func find(_ inodes: Set<UInt64>) -> SocketHolders {
        var found = SocketHolders()
        guard !inodes.isEmpty else { return found }
        for pid in (Folder.names(in: "/proc") ?? []).compactMap({ Int32($0) }).sorted() {
            guard let descriptors = Folder.names(in: "/proc/\(pid)/fd") else {
                // A process that has just ended is no secret.
                if errno == EACCES { found.isComplete = false }
                continue
            }
            let held = Set(descriptors.compactMap { socket("/proc/\(pid)/fd/\($0)") })
            for inode in held.intersection(inodes) {
                let name = (ProcFile.read("/proc/\(pid)/comm") ?? "?").prefix { $0 != "\n" }
                found.byInode[inode, default: []].append(Holder(pid: pid, name: String(name)))
            }
        }
        return found
    }

    /// Of a link that says `socket:[4711]`.
    private static func socket(_ path: String) -> UInt64? {
        var text = [CChar](repeating: 0, count: 64)
        let count = readlink(path, &text, text.count)
        guard count > 9 else { return nil }
        let link = String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(8).dropLast())
    }
}
