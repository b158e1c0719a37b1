import Glibc

/// Which file could not be read or written, and why.
public struct FileError: Error, Hashable, Sendable {
    public var path: String
    public var reason: Reason

    public enum Reason: Hashable, Sendable {
        /// An `errno`.
        case system(Int32)
        case tooLarge(limit: Int)
        case isFolder
        /// A pipe, a socket or a device, where an ordinary file is wanted.
        case isNoFile
        /// Compressed, and ends before its end.
        case cut
        /// Compressed, but not as its first bytes say.
        case damaged
    }

    public init(_ path: String, _ reason: Reason) { (self.path, self.reason) = (path, reason) }

    static func last(_ path: String) -> Self { Self(path, .system(errno)) }
}

extension FileError: CustomStringConvertible {
    /// `landfall.yaml: No such file or directory`.
    public var description: String { "\(path): \(reason)" }
}

extension FileError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let code): strerror(code).map { String(cString: $0) } ?? "error \(code)"
        case .tooLarge(let limit): "larger than the \(limit) bytes that are read"
        case .isFolder: "is a folder, not a file"
        case .isNoFile: "is a pipe or a device, not a file"
        case .cut: "ends in the middle of what is compressed in it; fetch it again"
        case .damaged: "is damaged: what is compressed in it can't be read"
        }
    }
}
