internal import CLinux
internal import Glibc
public import Net

/// The file system that a path lies on.
public struct Volume: Hashable, Sendable {
    public var isReadOnly: Bool
    /// For those who are not root.
    public var bytesFree: UInt64
    /// Files that can still be made; nil where the file system doesn't count them.
    public var inodesFree: UInt64?

    public init(isReadOnly: Bool, bytesFree: UInt64, inodesFree: UInt64?) {
        (self.isReadOnly, self.bytesFree, self.inodesFree) = (isReadOnly, bytesFree, inodesFree)
    }

    public init(of path: String) throws(SystemError) {
        var about = statvfs()
        guard statvfs(path, &about) == 0 else { throw SystemError("statvfs", path) }
        isReadOnly = about.f_flag & UInt(ST_RDONLY) != 0
        let bytes = UInt64(about.f_bavail).multipliedReportingOverflow(by: UInt64(about.f_frsize))
        bytesFree = bytes.overflow ? .max : bytes.partialValue
        inodesFree = about.f_files == 0 ? nil : UInt64(about.f_favail)
    }
}
