internal import Daemon
internal import Glibc
internal import Kernel
internal import Net

extension KernelTable {
    /// Fails where the kernel lets nobody like us change its routes: neighbors would send packets to a router that drops
    /// them. The kernel itself is asked, by taking away a route that isn't there, since CAP_NET_ADMIN counts in the user
    /// namespace to which the network belongs, and a process can have it in another.
    static func requireRight(to options: Router.KernelOptions) throws {
        let nowhere = Prefix(host: Address(v4: .max))
        let route = TableRoute(
            nowhere, table: options.table, protocol: options.protocol, metric: .max, kind: .blackhole)
        let refusals = try RouteSocket().carryOut([.removeExactly(route)])
        guard let refusal = refusals.first, [EPERM, EACCES].contains(refusal.code) else { return }
        throw Refusal.machine(
            "kernel: no right to change routes (\(refusal.reason)), so what neighbors send would go nowhere."
                + "\nIt takes CAP_NET_ADMIN: start as root, or with AmbientCapabilities=CAP_NET_ADMIN in a unit of "
                + "systemd; or leave kernel out of the file, for a router that forwards nothing.")
    }
}
