import Doctor
import Net

/// What the kernel's tables, `nft --json list ruleset` and `systemctl show` might say: nothing traps, and no table has more
/// entries than lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    let service = Address(v4: 0xcb00_7135)
    for transport in [OpenSocket.Transport.tcp, .udp] {
        let table = SocketTable(text, transport)
        precondition(table.sockets.count + table.garbled <= count)
    }
    let flows = TrackedFlows(text, to: [service])
    precondition(flows.count.values.reduce(0, +) + flows.garbled <= flows.lines)
    _ = KernelCounters.snmp(text, "Udp", "RcvbufErrors")
    _ = KernelCounters.snmp6(text, "Udp6RcvbufErrors")
    _ = KernelCounters.softnet(text)
    _ = KernelCounters.tracking(text, "drop")
    _ = statusField(text, "CapEff")
    precondition(unixSockets(text).count <= count)
    _ = Unit(text, name: "landfall.service")
    guard let document = JSONValue(bytes), let rules = Ruleset(document) else { return 0 }
    for transport in [OpenSocket.Transport.tcp, .udp] {
        _ = rules.exempts(
            ServicePort(service: "dns", transport: transport, address: service, port: 53, isOurs: true))
    }
    return 0
}
