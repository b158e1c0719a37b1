internal import Kernel
internal import Net

/// Service addresses on the loopback interface, where every host of an anycast service has them.
enum HostAddress {
    private static let interface = "lo"

    /// False when it was there already: from an agent that was killed, or because somebody else takes care of it.
    static func add(_ address: Address) throws(SystemError) -> Bool {
        let netlink = try Netlink()
        if try netlink.addresses(of: interface).contains(where: { $0.address == address }) { return false }
        try netlink.addAddress(address, to: interface)
        return true
    }

    static func remove(_ address: Address) throws(SystemError) {
        try Netlink().removeAddress(address, from: interface)
    }
}
