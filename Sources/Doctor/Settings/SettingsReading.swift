internal import Config
internal import Kernel
internal import Net

extension Sysctl {
    /// An interface's name as part of a setting's.
    static func part(_ interface: String) -> String { String(interface.map { $0 == "." ? "/" : $0 }) }

    /// Of an interface and of `all`; the larger counts for the settings that are read so.
    static func both(_ interface: String, _ setting: String) -> (own: Int, all: Int) {
        (
            integer("net.ipv4.conf.\(part(interface)).\(setting)") ?? 0,
            integer("net.ipv4.conf.all.\(setting)") ?? 0
        )
    }
}

extension Surroundings {
    /// The names of the interfaces that neighbors of a family are reached by, in their order.
    func interfacesToNeighbors(_ family: Family, _ netlink: Netlink) -> [String] {
        var names: [String] = []
        for neighbor in subject.site.neighbors where neighbor.address.family == family {
            guard let route = try? netlink.route(to: neighbor.address) else { continue }
            names += route.ways.map { name($0.interface) }.filter { !names.contains($0) }
        }
        return names
    }

    /// The interfaces with an address in a network that holds this one, other than lo.
    func links(holding address: Address) -> [String] {
        addresses.filter { own in
            own.length < address.family.width && own.address != address && interface(own.interface)?.isLoopback == false
                && Prefix(own.address, length: own.length)?.contains(address) == true
        }.map { name($0.interface) }
    }
}

extension ReversePath {
    /// Somewhere in the Internet, in different parts of it: no packet goes there.
    private static let farAway = ["1.0.0.1", "64.0.0.1", "129.0.0.1", "193.0.0.1"].compactMap { Address($0) }

    init(_ surroundings: Surroundings, _ netlink: Netlink) {
        interfaces = surroundings.interfacesToNeighbors(.ipv4, netlink).map { name in
            let values = Sysctl.both(name, "rp_filter")
            return Setting(interface: name, own: values.own, all: values.all)
        }
        // By which all of them are answered.
        let ways = Self.farAway.map { address in
            Set(((try? netlink.route(to: address))?.ways ?? []).map { surroundings.name($0.interface) })
        }
        answersBy = (ways.dropFirst().reduce(ways.first ?? []) { $0.intersection($1) }).sorted()
    }
}

extension SharedLAN {
    init(_ surroundings: Surroundings, _ netlink: Netlink) {
        let services = surroundings.subject.network.services.flatMap(\.addresses).filter { $0.family == .ipv4 }
        let others = surroundings.subject.site.hosts.filter { $0.name != surroundings.subject.host.name }
            .flatMap(\.unicast)
        var names = services.flatMap { surroundings.links(holding: $0) }
        if !services.isEmpty, !others.isEmpty { names += surroundings.interfacesToNeighbors(.ipv4, netlink) }
        links = Set(names).sorted().map { name in
            let ignore = Sysctl.both(name, "arp_ignore")
            let announce = Sysctl.both(name, "arp_announce")
            var link = Link(
                interface: name, arpIgnore: max(ignore.own, ignore.all), arpAnnounce: max(announce.own, announce.all))
            link.covered = services.filter { surroundings.links(holding: $0).contains(name) }
            link.hasOtherHosts = others.contains { surroundings.links(holding: $0).contains(name) }
            return link
        }
    }
}

extension Forwarding {
    init(_ surroundings: Surroundings, _ netlink: Netlink) {
        isOn = [
            .ipv4: Sysctl.integer("net.ipv4.ip_forward") == 1,
            .ipv6: Sysctl.integer("net.ipv6.conf.all.forwarding") == 1,
        ]
        leaking = surroundings.subject.network.prefixes.compactMap { prefix in
            guard let unused = surroundings.unused(in: prefix), let route = try? netlink.route(to: unused),
                route.kind == .unicast, let way = route.ways.first
            else { return nil }
            return (prefix, surroundings.name(way.interface))
        }
    }
}

extension Surroundings {
    /// An address of a prefix that this host doesn't have, from the end; nil where there is none nearby.
    fileprivate func unused(in prefix: Prefix) -> Address? {
        let size = prefix.family.width - prefix.length
        let last = prefix.address.advanced(by: size < 16 ? (1 << size) - 1 : 65_535)
        let served = subject.network.services.flatMap(\.addresses)
        return (0..<min(16, 1 << min(size, 16))).lazy.map { last.advanced(by: -$0) }
            .first { prefix.contains($0) && !has($0) && !served.contains($0) }
    }
}

extension IPv6 {
    init(_ surroundings: Surroundings, _ netlink: Netlink) {
        let subject = surroundings.subject
        let services = subject.network.services.flatMap(\.addresses).contains { $0.family == .ipv6 }
        let neighbors = subject.site.neighbors.contains { $0.address.family == .ipv6 }
        isWanted = services || neighbors
        isPresent = ProcFile.read("/proc/sys/net/ipv6/conf/all/disable_ipv6") != nil
        // Where nobody has a route yet, every interface that is up may be the one.
        let up = surroundings.interfaces.filter { $0.isUp && !$0.isLoopback }.map(\.name)
        let found = surroundings.interfacesToNeighbors(.ipv6, netlink)
        let names = (services ? ["lo"] : []) + (neighbors ? (found.isEmpty ? up : found) : [])
        disabledOn = names.filter { Sysctl.integer("net.ipv6.conf.\(Sysctl.part($0)).disable_ipv6") == 1 }
    }
}

extension Queues {
    init(_ subject: Subject) {
        isServing = subject.network.services.contains { $0.serve(at: subject.site.name) != nil }
        mostReceiveBuffer = Sysctl.integer("net.core.rmem_max")
        mostBacklog = Sysctl.integer("net.core.netdev_max_backlog")
        let counted = ProcFile.read("/proc/net/softnet_stat").flatMap { KernelCounters.softnet($0) }
        backlog =
            counted.map { .value(Drops(packets: $0.packets, dropped: $0.dropped)) }
            ?? .hidden("/proc/net/softnet_stat can't be read")
        nonlocalBind = ["net.ipv4.ip_nonlocal_bind", "net.ipv6.ip_nonlocal_bind"].filter { Sysctl.integer($0) == 1 }
    }
}
