/// What a malformed message costs, mildest first: the four approaches of RFC 7606 §2. Of several the hardest counts (§3 h).
public enum Reaction: Int, Hashable, Sendable, Comparable {
    /// The route is kept without the attribute.
    case discardAttribute
    /// All prefixes that the message announces count as withdrawn.
    case treatAsWithdrawal
    /// All routes of an address family are given up, and none are taken for the rest of the session. Only where nobody can
    /// say which prefixes were meant (§3 j, RFC 4760 §7); the session may be reset instead, and is unless
    /// ``Session/Configuration/disablesFamilies`` says otherwise.
    case disableFamily
    /// NOTIFICATION; the message can't be trusted to say where its prefixes are.
    case resetSession

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Reaction: CustomStringConvertible {
    public var description: String {
        switch self {
        case .discardAttribute: "attribute discarded"
        case .treatAsWithdrawal: "treated as withdrawal"
        case .disableFamily: "address family disabled"
        case .resetSession: "session reset"
        }
    }
}

/// One malformed path attribute.
public struct AttributeFault: Error, Hashable, Sendable {
    public enum Problem: Error, Hashable, Sendable {
        /// Optional or transitive bits that contradict the definition of the attribute.
        case flags(UInt8)
        case length(Int)
        case value(String)
        case repeated
        case missing
        /// Not an attribute for this kind of neighbor.
        case notExpected
        /// A well-known attribute that nobody defined.
        case unrecognized
        /// The attributes end in the middle of this one.
        case overrun
    }

    public var code: AttributeCode
    public var problem: Problem
    public var reaction: Reaction
    /// Flags, type, length and value as received, for the NOTIFICATION and for whoever reads the log; at most 128 bytes.
    public var bytes: [UInt8]

    static let keptBytes = 128
    /// Of one message. Those that come after count as far as they are harder.
    public static let most = 16
}

extension AttributeFault.Problem {
    /// RFC 4271 §6.3.
    func subcode(of code: AttributeCode) -> UpdateSubcode {
        switch self {
        case .flags: .attributeFlags
        case .length: code == .mpReach || code == .mpUnreach ? .optionalAttribute : .attributeLength
        case .unrecognized: .unrecognizedWellKnown
        case .missing: .missingWellKnown
        case .repeated, .overrun: .malformedAttributeList
        case .value, .notExpected: Self.valueSubcode(of: code)
        }
    }

    private static func valueSubcode(of code: AttributeCode) -> UpdateSubcode {
        switch code {
        case .origin: .invalidOrigin
        case .asPath: .malformedASPath
        case .nextHop: .invalidNextHop
        default: .optionalAttribute
        }
    }
}

extension AttributeFault: CustomStringConvertible {
    public var description: String { "\(code) \(problemText) (\(reaction))" }

    private var problemText: String {
        switch problem {
        case .flags(let flags): "with flags 0x\(String(flags, radix: 16))"
        case .length(let length): "of \(length) bytes"
        case .value(let what): what
        case .repeated: "more than once"
        case .missing: "is missing"
        case .notExpected: "from this kind of neighbor"
        case .unrecognized: "is not known, though well-known"
        case .overrun: "runs over the end of the attributes"
        }
    }
}
