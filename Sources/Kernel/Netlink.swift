internal import CLinux
internal import Glibc
public import Net

/// rtnetlink in one network namespace: addresses, links and routes. Calls block until the kernel has answered.
public final class Netlink {
    private let socket: Int32
    private var sequence: UInt32 = 0

    /// In the calling thread's namespace, or in `namespace`.
    public init(in namespace: Namespace? = nil) throws(SystemError) {
        socket =
            if let namespace { try namespace.run { landfall_netlink_socket() } } else { landfall_netlink_socket() }
        guard socket >= 0 else { throw SystemError("socket", "netlink") }
    }

    deinit { close(socket) }

    /// Sends a request and waits for its acknowledgement. `subject` is for the error.
    func order(_ type: Int32, flags: Int32 = 0, _ body: [UInt8], _ subject: String) throws(SystemError) {
        _ = try ask(type, flags: flags | NLM_F_ACK, body, subject)
    }

    /// Sends a request and gathers what comes back, until it is acknowledged or (a dump) done.
    func ask(_ type: Int32, flags: Int32, _ body: [UInt8], _ subject: String) throws(SystemError) -> [NetlinkMessage] {
        sequence &+= 1
        let request = NetlinkMessage(
            type: UInt16(type), flags: UInt16(NLM_F_REQUEST | flags), sequence: sequence, body: body)
        let bytes = request.encoded
        guard send(socket, bytes, bytes.count, 0) == bytes.count else { throw SystemError("netlink", subject) }
        var answers: [NetlinkMessage] = []
        while true {
            for message in try receive(subject) where message.sequence == sequence {
                if message.type == UInt16(NLMSG_DONE) { return answers }
                if let code = message.errorCode {
                    guard code == 0 else { throw SystemError("netlink", subject, code: code) }
                    return answers
                }
                answers.append(message)
            }
        }
    }

    private func receive(_ subject: String) throws(SystemError) -> [NetlinkMessage] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = landfall_netlink_receive(socket, &buffer, buffer.count)
        guard count >= 0 else { throw SystemError("netlink", subject) }
        guard count <= buffer.count else { throw SystemError("netlink", subject, code: EMSGSIZE) }
        do { return try NetlinkMessage.decode(buffer.span.extracting(first: count)) } catch {
            throw SystemError("netlink", subject, code: EBADMSG)
        }
    }
}

// MARK: Links

extension Netlink {
    /// The index of an interface; ENODEV when there is none of that name.
    public func index(of interface: String) throws(SystemError) -> Int32 {
        var body = Self.linkBody()
        body.putAttribute(IFLA_IFNAME, interface)
        let answers = try ask(Int32(RTM_GETLINK), flags: NLM_F_ACK, body, interface)
        guard let index = answers.first?.word(at: 4) else { throw SystemError("netlink", interface, code: EBADMSG) }
        return Int32(bitPattern: index)
    }

    /// Its own address on its link, six bytes of an Ethernet interface.
    public func linkAddress(of interface: String) throws(SystemError) -> [UInt8] {
        var body = Self.linkBody()
        body.putAttribute(IFLA_IFNAME, interface)
        let answers = try ask(Int32(RTM_GETLINK), flags: NLM_F_ACK, body, interface)
        let attributes = try? answers.first?.attributes(skipping: 16)
        guard let address = attributes?[UInt16(IFLA_ADDRESS)] else {
            throw SystemError("netlink", interface, code: EBADMSG)
        }
        return address
    }

    /// Two interfaces joined like the ends of a cable, the other end in another namespace.
    public func addVeth(_ name: String, peer: String, in namespace: Namespace) throws(SystemError) {
        var body = Self.linkBody()
        body.putAttribute(IFLA_IFNAME, name)
        body.putNested(IFLA_LINKINFO) { info in
            info.putAttribute(IFLA_INFO_KIND, "veth")
            info.putNested(IFLA_INFO_DATA) { data in
                var end = Self.linkBody()
                end.putAttribute(IFLA_IFNAME, peer)
                end.putAttribute(IFLA_NET_NS_FD, UInt32(bitPattern: namespace.descriptor))
                data.putAttribute(VETH_INFO_PEER, end)
            }
        }
        try order(Int32(RTM_NEWLINK), flags: NLM_F_CREATE | NLM_F_EXCL, body, name)
    }

    public func setUp(_ interface: String) throws(SystemError) {
        try order(Int32(RTM_NEWLINK), Self.linkBody(index: index(of: interface), up: true), interface)
    }

    /// The other end of a veth pair loses its carrier with it.
    public func setDown(_ interface: String) throws(SystemError) {
        try order(Int32(RTM_NEWLINK), Self.linkBody(index: index(of: interface), up: false), interface)
    }

    private static func linkBody(index: Int32 = 0, up: Bool? = nil) -> [UInt8] {
        var body: [UInt8] = [0, 0]
        body.putNative(UInt16(0))
        body.putNative(index)
        body.putNative(UInt32(up == true ? 1 : 0))  // IFF_UP
        body.putNative(UInt32(up == nil ? 0 : 1))  // the flags to change
        return body
    }
}
