/// What must not be read by accident: a password or a key. It can be compared and used, and whoever prints it, or
/// something that has it, gets a mask.
public struct Secret: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: some StringProtocol) { bytes = Array(text.utf8) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Secrets.mask }
    public var debugDescription: String { Secrets.mask }
    public var customMirror: Mirror { Mirror(reflecting: Secrets.mask) }
}
