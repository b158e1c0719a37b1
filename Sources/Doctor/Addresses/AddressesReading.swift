internal import Config
internal import Kernel
internal import Net

extension ServiceAddresses {
    init(_ surroundings: Surroundings, _ netlink: Netlink) {
        let services = surroundings.subject.network.services.flatMap(\.addresses)
        wanted = services
        present = surroundings.addresses.filter { services.contains($0.address) }.map { own in
            Present(
                address: own.address, length: own.length, interface: surroundings.name(own.interface),
                isLoopback: surroundings.interface(own.interface)?.isLoopback == true)
        }
        isAgentRunning = surroundings.isAgentRunning
        elsewhere = ((try? netlink.neighbors()) ?? []).compactMap { entry in
            guard services.contains(entry.address), entry.state == .known, let link = entry.linkAddress else {
                return nil
            }
            return Elsewhere(
                address: entry.address, interface: surroundings.name(entry.interface), linkAddress: link)
        }
    }
}

extension OwnAddresses {
    init(_ surroundings: Surroundings) {
        let own = surroundings.addresses.filter { surroundings.subject.host.unicast.contains($0.address) }
        count = own.count
        duplicate = own.filter(\.isDuplicate).map { ($0.address, surroundings.name($0.interface)) }
        tentative = own.filter { $0.isTentative && !$0.isDuplicate }.map {
            ($0.address, surroundings.name($0.interface))
        }
    }
}
