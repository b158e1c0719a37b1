/// What is asked: a name, a type, a class (RFC 1035 §4.1.2).
public struct Question: Hashable, Sendable {
    public var name: Name
    public var type: RecordType
    public var recordClass: RecordClass

    public init(_ name: Name, _ type: RecordType, _ recordClass: RecordClass = .internet) {
        (self.name, self.type, self.recordClass) = (name, type, recordClass)
    }
}

extension Question: CustomStringConvertible {
    /// `www.example.org. A`; the class only where it isn't the Internet's.
    public var description: String {
        recordClass == .internet ? "\(name) \(type)" : "\(name) \(recordClass) \(type)"
    }
}
