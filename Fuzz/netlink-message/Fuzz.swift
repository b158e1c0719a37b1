import Kernel
import Net

/// What the kernel might send: decoding is the inverse of encoding, and no message claims more than arrived.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    guard let messages = try? NetlinkMessage.decode(bytes.span) else { return 0 }
    precondition(messages.reduce(0) { $0 + 16 + $1.body.count } <= count)
    var walked: [NetlinkMessage] = []
    try? NetlinkMessage.walk(bytes.span) { header, body in
        _ = RouteChanges.Change(header, body)
        walked.append(NetlinkMessage(header, body.array))
    }
    precondition(walked == messages)
    for message in messages {
        _ = message.errorCode
        _ = Netlink.address(in: message, on: 1)
        _ = (Interface(message), HostAddress(message), NeighborEntry(message))
        if let route = Route(message) { precondition(route.ways.count <= message.body.count) }
        if let route = TableRoute(message) {
            precondition(route.ways.count <= message.body.count && route.ways == TableRoute.ordered(route.ways))
        }
        _ = message.errorText
        let attributes = (try? message.attributes(skipping: 8)) ?? [:]
        precondition(attributes.values.allSatisfy { $0.count <= message.body.count })
        let again = try? NetlinkMessage.decode(message.encoded.span)
        precondition(again == [message])
    }
    return 0
}
