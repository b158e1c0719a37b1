import Config
import Net

/// What `check` says of a router.
struct RouterText {
    let path: String
    let router: BorderRouter

    var text: String {
        let networks = router.networks.map(\.prefix.description).joined(separator: " and ")
        let told = networks.isEmpty ? "" : ", announces \(networks)"
        let head = "\(path): the router \(router.name), \(router.asn), router ID \(router.routerID)\(told)"
        return head.fitted(to: Terminal.screenWidth) + "\n\n"
            + section(
                "Neighbors of \(router.name)",
                ["NEIGHBOR", "ADDRESS", "AS", "ROLE", "HOLD TIME", "MRAI", "IMPORT", "EXPORT", "LIMIT"],
                router.neighbors.map(row))
    }

    private func row(_ neighbor: BorderRouter.Neighbor) -> [String] {
        let zone = neighbor.interface.map { "%\($0)" } ?? ""
        let report = RouterReport.NeighborReport(neighbor, of: router)
        return [
            neighbor.name, "\(Endpoint(neighbor.address, port: neighbor.port))\(zone)", "\(neighbor.asn)",
            neighbor.role?.rawValue ?? (neighbor.isInternal(to: router) ? "internal" : "not said"),
            neighbor.holdTime.text, neighbor.mrai.text, report.import.joined(separator: ", "),
            report.export.joined(separator: ", "), limit(neighbor),
        ]
    }

    /// Those that are in force, said or not.
    private func limit(_ neighbor: BorderRouter.Neighbor) -> String {
        let limits = BorderRouter.Limits.usual.merging(neighbor.limits.prefixes ?? [:]) { _, said in said }
        let families = neighbor.families.isEmpty ? [neighbor.address.family] : neighbor.families
        let known = families.compactMap { family in limits[family].map { (family, $0) } }
        if Set(known.map(\.1)).count == 1 { return "\(known[0].1)" }
        return known.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
}

struct RouterReport: Encodable {
    let name: String
    let asn: UInt32
    let routerID: String
    let port: UInt16?
    let networks: [String]
    let policies: [String]
    let kernelTable: UInt32?
    let neighbors: [NeighborReport]

    init(_ router: BorderRouter) {
        (name, asn, routerID) = (router.name, router.asn.rawValue, router.routerID.description)
        (port, networks) = (router.port, router.networks.map(\.prefix.description))
        (policies, kernelTable) = (router.policyNames, router.kernel?.table)
        neighbors = router.neighbors.map { NeighborReport($0, of: router) }
    }

    struct NeighborReport: Encodable {
        let name: String
        let address: String
        let interface: String?
        let port: UInt16
        let asn: UInt32
        let role: String?
        let passive: Bool
        let families: [String]
        let holdTimeMilliseconds: Int64
        let mraiMilliseconds: Int64
        let `import`: [String]
        let export: [String]

        init(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter) {
            (name, address, interface) = (neighbor.name, neighbor.address.description, neighbor.interface)
            (port, asn, passive) = (neighbor.port, neighbor.asn.rawValue, neighbor.passive)
            let isInternal = neighbor.isInternal(to: router)
            role = neighbor.role?.rawValue ?? (isInternal ? "internal" : nil)
            let families = neighbor.families.isEmpty ? [neighbor.address.family] : neighbor.families
            self.families = families.map { "\($0)" }
            holdTimeMilliseconds = neighbor.holdTime.wholeMilliseconds
            mraiMilliseconds = neighbor.mrai.wholeMilliseconds
            let usual = isInternal ? "all" : router.habit == .gaoRexford ? "gao-rexford" : "none"
            self.import = neighbor.importing.map { $0.map(\.description) } ?? [usual]
            export = neighbor.exporting.map { $0.map(\.description) } ?? [usual]
        }
    }
}
