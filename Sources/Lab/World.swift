internal import Dialect
package import Kernel
package import Loop
package import Net

/// The built blueprint: a network namespace for every node, and cables between them. It lives as long as its process:
/// the kernel takes everything apart when the namespaces' last descriptor closes.
package final class World {
    package let blueprint: Blueprint
    package let namespaces: [Namespace]
    package let relay: Relay
    /// The calling thread's own: where the relay's ends of the cables are.
    private let here: Netlink

    package init(_ blueprint: Blueprint, relayOn loop: Loop) throws(SystemError) {
        self.blueprint = blueprint
        relay = Relay(loop: loop)
        here = try Netlink()
        Self.quiet()
        var namespaces: [Namespace] = []
        for node in blueprint.nodes { namespaces.append(try Self.makeNamespace(for: node, of: blueprint)) }
        self.namespaces = namespaces
        var sockets: [(PacketSocket, PacketSocket, Duration)] = []
        for (index, cable) in blueprint.cables.enumerated() {
            if let delay = cable.delay {
                let ends = try lay(cable, index)
                sockets.append((ends[0], ends[1], delay))
            } else {
                try join(cable)
            }
        }
        try start(sockets, on: loop)
    }

    /// The relay's ends of the cables carry other people's frames: they must say nothing of their own.
    private static func quiet() {
        for which in ["all", "default"] { ProcFile.write("1", to: "/proc/sys/net/ipv6/conf/\(which)/disable_ipv6") }
    }

    private static func makeNamespace(
        for node: Blueprint.Node, of blueprint: Blueprint
    ) throws(SystemError) -> Namespace {
        let namespace = try Namespace.make()
        try namespace.run { () throws(SystemError) in
            settle()
            if case .router(let index) = node.kind { forward(spreading: blueprint.routers[index].spreadsFlows) }
        }
        try Netlink(in: namespace).setUp("lo")
        return namespace
    }

    /// Before there are interfaces, which take their settings from `default`. Duplicate address detection would cost
    /// seconds. Packets may come in elsewhere than answers go out: anycast does that.
    private static func settle() {
        for which in ["all", "default"] {
            let v4 = "/proc/sys/net/ipv4/conf/\(which)/"
            let v6 = "/proc/sys/net/ipv6/conf/\(which)/"
            ProcFile.write("0", to: v4 + "rp_filter")
            ProcFile.write("0", to: v6 + "accept_dad")
            ProcFile.write("0", to: v6 + "dad_transmits")
            ProcFile.write("0", to: v6 + "accept_ra")
            ProcFile.write("0", to: v6 + "router_solicitations")
        }
    }

    /// Over several equal routes flows go by their ports too (policy 1): by addresses alone, a client would always be
    /// sent to the same host. Both families: each has a setting of its own.
    private static func forward(spreading: Bool) {
        for family in ["ipv4", "ipv6"] {
            let settings = "/proc/sys/net/\(family)/"
            for which in ["all", "default"] { ProcFile.write("1", to: settings + "conf/\(which)/forwarding") }
            if spreading { ProcFile.write("1", to: settings + "fib_multipath_hash_policy") }
        }
    }

    /// A cable through the relay: each end is half of a veth, whose other half is here.
    private func lay(_ cable: Blueprint.Cable, _ index: Int) throws(SystemError) -> [PacketSocket] {
        var sockets: [PacketSocket] = []
        for (side, end) in cable.ends.enumerated() {
            let name = "cable\(index)\(side == 0 ? "a" : "b")"
            try here.addVeth(name, peer: end.interface, in: namespaces[end.node])
            try here.setUp(name)
            sockets.append(try PacketSocket(at: name))
            try namespaces[end.node].run { () throws(SystemError) in try Offload.switchOff(at: end.interface) }
            try configure(end)
        }
        return sockets
    }

    private func join(_ cable: Blueprint.Cable) throws(SystemError) {
        let (near, far) = (cable.ends[0], cable.ends[1])
        try Netlink(in: namespaces[near.node]).addVeth(near.interface, peer: far.interface, in: namespaces[far.node])
        try configure(near)
        try configure(far)
    }

    private func configure(_ end: Blueprint.End) throws(SystemError) {
        let netlink = try Netlink(in: namespaces[end.node])
        try netlink.setUp(end.interface)
        for pair in end.addresses { try netlink.addAddress(pair.own, peer: pair.peer, to: end.interface) }
        for route in end.routes { try netlink.addRoute(route.prefix, via: route.gateway, interface: end.interface) }
    }

    private func start(_ links: [(PacketSocket, PacketSocket, Duration)], on loop: Loop) throws(SystemError) {
        let relay = relay
        let failure = loop.run { () -> SystemError? in
            relay.assumeIsolated { relay in
                do throws(SystemError) {
                    for (a, b, delay) in links { try relay.join(a, b, delay: delay) }
                    return nil
                } catch { return error }
            }
        }
        if let failure { throw failure }
    }

    /// Cables that are joined without the relay can't be cut.
    package func setCut(_ isCut: Bool, cables: [Int]) {
        let links = cables.filter { blueprint.cables[$0].delay != nil }.map { cable in
            blueprint.cables[..<cable].count { $0.delay != nil }
        }
        let relay = relay
        relay.loop.run { relay.assumeIsolated { for link in links { $0.setCut(isCut, link: link) } } }
    }

    package var relayed: Relay.Counters {
        let relay = relay
        return relay.loop.run { relay.assumeIsolated { $0.counters } }
    }
}
