/// A line of /proc/net/unix that has a name (net/unix/af_unix.c, unix_seq_show).
package struct UnixSocket: Hashable, Sendable {
    /// A path as it was bound, whether the file is still there or not; of an abstract one, `@` and its name.
    package var name: String
    package var inode: UInt64
    /// And isn't one of the connections to it, which have the same name.
    package var isListening: Bool
}

/// Lines that aren't understood are left out, as are sockets without a name.
package func unixSockets(_ text: some StringProtocol) -> [UnixSocket] {
    text.split(separator: "\n").dropFirst().compactMap { line in
        // Number, references, protocol, flags, type, state, inode, name.
        let words = line.split(separator: " ", maxSplits: 7)
        guard words.count == 8, let flags = UInt32(words[3], radix: 16), let inode = UInt64(words[6])
        else { return nil }
        return UnixSocket(name: String(words[7]), inode: inode, isListening: flags & 0x10000 != 0)
    }
}
