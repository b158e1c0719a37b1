public import Glibc

/// What the kernel refused: the call, what it was about, and why.
public struct SystemError: Error, Hashable, Sendable {
    public var call: String
    /// What the call was made for, in the reader's words: an address, a path, a program. May be empty.
    public var subject: String
    public var code: Int32

    public init(_ call: String, _ subject: String = "", code: Int32 = errno) {
        (self.call, self.subject, self.code) = (call, subject, code)
    }
}

extension SystemError: CustomStringConvertible {
    public var description: String {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}
