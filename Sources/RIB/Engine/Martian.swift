internal import Net

// What no router forwards to, whoever announces it.

extension Prefix {
    /// All of it is loopback, link-local, multicast, reserved, or "this network" (RFC 6890 §2.2.2 and §2.2.3, where
    /// "forwardable" is false; RFC 5771, RFC 4291 §2.7). A prefix that holds more than that, a default route above all, is
    /// none.
    var isMartian: Bool { family == .ipv4 ? isMartianIPv4 : isMartianIPv6 }

    private var isMartianIPv4: Bool {
        switch address.bits >> 120 {
        case 0, 127: length >= 8
        case 169: length >= 16 && address.isLinkLocalIPv4
        case 224...: length >= 3
        default: false
        }
    }

    /// With the unspecified address and loopback go those that stand for IPv4 addresses (RFC 4291 §2.5.5).
    private var isMartianIPv6: Bool {
        switch address.bits >> 120 {
        case 0: length >= 96 && [0, 0xffff].contains(address.bits >> 32)
        case 0xfe: length >= 10 && address.isLinkLocal
        case 0xff: length >= 8
        default: false
        }
    }
}

extension Address {
    /// Nobody to whom packets could be sent (RFC 4271 §6.3). A link-local one is somebody on the neighbor's link.
    var isMartianNextHop: Bool {
        guard family == .ipv4 else { return isUnspecified || isLoopback || isMulticast }
        return [0, 127].contains(bits >> 120) || bits >> 125 == 7
    }

    fileprivate var isLinkLocalIPv4: Bool { bits >> 112 == 0xa9fe }
}
