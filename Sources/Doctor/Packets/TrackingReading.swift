internal import Kernel
internal import Net

extension Tracking {
    /// Of the table of flows so much is read: about 40,000 of them.
    private static let mostRead = 8 << 20

    init(_ subject: Subject) {
        ports = subject.servicePorts
        count = Sysctl.integer("net.netfilter.nf_conntrack_count").flatMap { UInt64(exactly: $0) }
        most = Sysctl.integer("net.netfilter.nf_conntrack_max").flatMap { UInt64(exactly: $0) }
        let statistics = ProcFile.read("/proc/net/stat/nf_conntrack") ?? ""
        let numbers = ["insert_failed", "drop"].compactMap { KernelCounters.tracking(statistics, $0) }
        lost = numbers.isEmpty ? nil : numbers.reduce(0, +)
        let text = ProcFile.read("/proc/net/nf_conntrack", limit: Self.mostRead)
        let addresses = Set(ports.map(\.address))
        flows =
            text.map { .value(TrackedFlows($0, to: addresses)) }
            ?? .hidden("/proc/net/nf_conntrack can't be read (root can, where the kernel has the file)")
        rules = Self.readRules()
        let tables = ["ip_tables_names", "ip6_tables_names"].compactMap { ProcFile.read("/proc/net/\($0)") }
        legacyTables = tables.flatMap { $0.split(separator: "\n").map(String.init) }
    }

    private static func readRules() -> Seen<Ruleset> {
        do throws(Command.Failure) {
            let output = try Command(named: "nft", ["--json", "list", "ruleset"]).output()
            guard let document = JSONValue(output), let rules = Ruleset(document) else {
                return .hidden("what nft --json list ruleset prints isn't understood")
            }
            return .value(rules)
        } catch {
            let remedy = if case .missing = error { "apt install nftables" } else { "as root: nft list ruleset" }
            return .hidden("rules can't be read: \(error) (\(remedy))")
        }
    }
}
