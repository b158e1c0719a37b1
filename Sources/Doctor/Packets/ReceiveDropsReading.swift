internal import Kernel
internal import Net

extension ReceiveDrops {
    init(_ surroundings: Surroundings) {
        let ports = Set(surroundings.subject.servicePorts.filter { $0.transport == .udp }.map(\.endpoint))
        switch surroundings.sockets {
        case .hidden(let reason): sockets = .hidden(reason)
        case .value(let table):
            let ours = table.sockets.filter { socket in
                socket.transport == .udp
                    && ports.contains { $0.port == socket.local.port && socket.local.address.mayBe($0.address) }
            }
            sockets = .value(ours.map { Socket(local: $0.local, drops: $0.drops) })
        }
        errors = ProcFile.read("/proc/net/snmp").flatMap { KernelCounters.snmp($0, "Udp", "RcvbufErrors") }
        errors6 = ProcFile.read("/proc/net/snmp6").flatMap { KernelCounters.snmp6($0, "Udp6RcvbufErrors") }
    }
}

extension Address {
    /// That one, or every one.
    fileprivate func mayBe(_ other: Address) -> Bool { self == other || isUnspecified }
}
