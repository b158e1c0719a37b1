import Glibc
import Kernel
import Loop
import Net
import Peers
import RIB
import Router

/// Routes of a Loc-RIB into the kernel's table and out of it again: by ours, by `ip -batch`, and by BIRD's kernel protocol.
/// Each has a namespace of its own. Most of the time is the kernel's, the same for all.
let kernelRoutes = Subject(
    name: "kernel", summary: "200,000 routes into the kernel's table and out again, beside ip -batch and BIRD"
) {
    let place = try await KernelPlace(count: 200_000)
    var ours: [Cost] = []
    var (batch, bird): ([Double], [Double]) = ([], [])
    for _ in 0..<3 {
        ours.append(try await place.landfall())
        batch.append(try await place.ipBatch())
        bird.append(try await place.bird())
    }
    let large = try await KernelPlace(count: 1_000_000).landfall()
    say(
        "kernel: 1,000,000 routes: \(Int(large.installWall * 1000)) ms to put, \(Int(large.flushWall * 1000)) ms to take away, "
            + "\(large.bytes / 1_000_000) bytes of ours a route")
    func row(_ measure: String, _ mine: [Double], _ peer: [Double], _ name: String) -> Measurement {
        Measurement(
            subject: "kernel", measure: measure, unit: "µs CPU/route", ours: median(mine), peer: median(peer),
            peerName: name, ratio: median(mine) / median(peer))
    }
    return [
        row("routes put", ours.map(\.install), batch, "ip -batch"),
        row("routes put, BIRD's from its file", ours.map(\.install), bird, "BIRD"),
    ]
}

/// Processor microseconds a route, and seconds of the clock.
private struct Cost {
    var (install, flush) = (0.0, 0.0)
    var (installWall, flushWall) = (0.0, 0.0)
    var bytes = 0
}

private struct KernelPlace {
    let sandbox: Sandbox
    let far: Sandbox
    let namespace: Namespace
    let count: Int

    init(count: Int) async throws {
        self.count = count
        (sandbox, far) = (try await Sandbox(), try await Sandbox())
        try await sandbox.connect(to: far, as: "left", ["192.0.2.1/24"], otherwise: "right", ["192.0.2.2/24"])
        namespace = try Namespace(path: sandbox.networkPath)
    }

    private func prefix(_ number: Int) -> Prefix {
        let address = Address(v4: 0x1400_0000 + UInt32(number) << 8)
        return Prefix(address, length: 24) ?? Prefix(host: address)
    }

    private func gateway(_ number: Int) -> Address { Address(v4: 0xc000_0202 + UInt32(number % 8)) }

    func landfall() async throws -> Cost {
        let table = try KernelTable(loop: try Loop(name: "kernel"), options: Router.KernelOptions(), in: namespace) {
            _ in
        }
        try await table.start()
        var cost = Cost()
        var (cpu, clock) = (Self.cpu(RUSAGE_SELF), ContinuousClock.now)
        for start in stride(from: 0, to: count, by: 1000) {
            await table.want(
                (start..<min(start + 1000, count)).map { Installation(prefix: prefix($0), nextHops: [[gateway($0)]]) })
        }
        try await eventually("all routes are there", within: .seconds(120)) { await table.status.installed == count }
        cost.installWall = (ContinuousClock.now - clock).seconds
        cost.install = (Self.cpu(RUSAGE_SELF) - cpu) * 1e6 / Double(count)
        cost.bytes = await table.status.bytes
        (cpu, clock) = (Self.cpu(RUSAGE_SELF), ContinuousClock.now)
        await table.stop(flush: true)
        cost.flushWall = (ContinuousClock.now - clock).seconds
        cost.flush = (Self.cpu(RUSAGE_SELF) - cpu) * 1e6 / Double(count)
        return cost
    }

    func ipBatch() async throws -> Double {
        let file = sandbox.folder + "/batch"
        let lines = (0..<count).map { "route add \(prefix($0)) via \(gateway($0)) proto bgp metric 20\n" }
        try writeFile(file, lines.joined())
        let cpu = Self.cpu(RUSAGE_CHILDREN)
        let (status, output) = try await sandbox.run("ip", ["-batch", file], within: .seconds(120))
        guard status == 0 else { throw PeerError("ip -batch: \(output.prefix(200))") }
        let used = Self.cpu(RUSAGE_CHILDREN) - cpu
        try await sandbox.ip("route flush proto bgp")
        return used * 1e6 / Double(count)
    }

    /// What BIRD takes with its kernel protocol, less what it takes without.
    func bird() async throws -> Double {
        let statics = (0..<count).map { "route \(prefix($0)) via \(gateway($0));" }.joined(separator: "\n")
        var used: [Double] = []
        for kernel in ["", "protocol kernel { learn off; scan time 1000; ipv4 { export all; import none; }; }"] {
            let bird = try await BIRD(
                in: sandbox,
                configuration: """
                    router id 192.0.2.1;
                    protocol device {}
                    \(kernel)
                    protocol static { ipv4; \(statics) }
                    """)
            if !kernel.isEmpty {
                try await eventually("BIRD's routes are there", within: .seconds(120)) { try number(of: 12) == count }
            }
            used.append(cpuSeconds(of: bird.child.id))
            await bird.stop()
        }
        return (used[1] - used[0]) * 1e6 / Double(count)
    }

    private func number(of maker: UInt8) throws -> Int {
        let dump = try RouteDump(of: 254, .ipv4, in: namespace)
        var number = 0
        while case .more = try dump.next({ if $0.protocol == maker { number += 1 } }) {}
        return number
    }

    private static func cpu(_ who: __rusage_who) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
