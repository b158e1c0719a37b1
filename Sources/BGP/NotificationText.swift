internal import Net

/// `Cease/Administrative Shutdown: moving to another rack`. What the peer wrote is shown without control characters,
/// since it ends on terminals (RFC 9003 §6).
extension Notification: CustomStringConvertible {
    public var description: String {
        let name = subcode == 0 ? "\(code)" : "\(code)/\(subcodeName ?? "subcode \(subcode)")"
        guard let communication else { return name }
        return name + ": " + communication.printable(mark: "\u{FFFD}")
    }

    private var subcodeName: String? {
        switch code {
        case .messageHeader: Self.headerNames[subcode]
        case .open: Self.openNames[subcode]
        case .update: Self.updateNames[subcode]
        case .finiteStateMachine: Self.stateNames[subcode]
        case .cease: Self.ceaseNames[subcode]
        case .routeRefresh: Self.refreshNames[subcode]
        default: nil
        }
    }

    private static let headerNames: [UInt8: String] = [
        1: "Connection Not Synchronized", 2: "Bad Message Length", 3: "Bad Message Type",
    ]
    private static let openNames: [UInt8: String] = [
        1: "Unsupported Version Number", 2: "Bad Peer AS", 3: "Bad BGP Identifier",
        4: "Unsupported Optional Parameter", 6: "Unacceptable Hold Time", 7: "Unsupported Capability",
        11: "Role Mismatch",
    ]
    private static let updateNames: [UInt8: String] = [
        1: "Malformed Attribute List", 2: "Unrecognized Well-known Attribute", 3: "Missing Well-known Attribute",
        4: "Attribute Flags Error", 5: "Attribute Length Error", 6: "Invalid ORIGIN Attribute",
        8: "Invalid NEXT_HOP Attribute", 9: "Optional Attribute Error", 10: "Invalid Network Field",
        11: "Malformed AS_PATH",
    ]
    private static let stateNames: [UInt8: String] = [
        1: "Unexpected Message in OpenSent", 2: "Unexpected Message in OpenConfirm",
        3: "Unexpected Message in Established",
    ]
    private static let refreshNames: [UInt8: String] = [1: "Invalid Message Length"]
    private static let ceaseNames: [UInt8: String] = [
        1: "Maximum Number of Prefixes Reached", 2: "Administrative Shutdown", 3: "Peer De-configured",
        4: "Administrative Reset", 5: "Connection Rejected", 6: "Other Configuration Change",
        7: "Connection Collision Resolution", 8: "Out of Resources", 9: "Hard Reset", 10: "BFD Down",
    ]
}

extension ErrorCode: CustomStringConvertible {
    public var description: String {
        switch self {
        case .messageHeader: "Message Header Error"
        case .open: "OPEN Message Error"
        case .update: "UPDATE Message Error"
        case .holdTimerExpired: "Hold Timer Expired"
        case .finiteStateMachine: "Finite State Machine Error"
        case .cease: "Cease"
        case .routeRefresh: "ROUTE-REFRESH Message Error"
        case .sendHoldTimerExpired: "Send Hold Timer Expired"
        default: "error \(rawValue)"
        }
    }
}
