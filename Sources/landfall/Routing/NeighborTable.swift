import Control
import FoundationEssentials
import Net

/// All sessions, a line each.
struct NeighborTable {
    private let neighbors: [NeighborAnswer]
    private let now: Date
    var ink = Terminal.ink

    init(_ neighbors: [NeighborAnswer], now: Date) { (self.neighbors, self.now) = (neighbors, now) }

    var text: String {
        guard !neighbors.isEmpty else { return "No neighbor is configured." }
        let header = [
            "NEIGHBOR", "ADDRESS", "AS", "ROLE", "STATE", "SINCE", "RECEIVED", "ACCEPTED", "BEST", "TOLD", "NOTES",
        ]
        return Table(header: header, neighbors.map(row), rightAligned: [2, 6, 7, 8, 9]).text
    }

    private func row(_ neighbor: NeighborAnswer) -> [String] {
        let tables = neighbor.prefixes ?? []
        let hasRoutes = neighbor.prefixesReceived == nil
        let sum = { (count: (NeighborAnswer.Table) -> Int) in
            hasRoutes ? "\(tables.reduce(0) { $0 + count($1) })" : "-"
        }
        let received = neighbor.prefixesReceived.map(String.init) ?? sum { $0.received }
        return [
            neighbor.name.printable(), neighbor.address, "\(neighbor.asn)", neighbor.role ?? "-",
            ink.paint(neighbor.state, neighbor.isUp ? .green : .red),
            Spans.age(of: neighbor.since, at: now).map { Spans.text($0.rounded(.down)) } ?? "", received,
            sum { $0.accepted }, sum { $0.best }, "\(tables.reduce(0) { $0 + $1.told })",
            neighbor.notes.joined(separator: "; ").printable(200),
        ]
    }
}

extension NeighborAnswer {
    var isUp: Bool { state == "Established" }
    /// Less than this waits now and then at a neighbor that is well.
    private static var manyBytes: Int { 65_536 }

    /// What somebody should look at.
    var notes: [String] {
        let full = (prefixes ?? []).filter { $0.isFull == true }.map {
            "\($0.family) is over its limit of \($0.limit ?? 0)"
        }
        let near = (prefixes ?? []).filter { $0.isFull != true && $0.limitUsedPercent ?? 0 >= 75 }.map {
            "\($0.family) at \($0.limitUsedPercent ?? 0) % of its limit"
        }
        let others: [String?] = [
            isUp ? nil : lastError ?? "not up yet",
            disabledFamilies.map { "\($0.joined(separator: ", ")) is ignored until the session is reset" },
            isShuttingDown == true ? "asked to use other ways (RFC 8326)" : nil,
            isStopped == true ? "told nothing more: over its limit" : nil,
            malformed > 0 ? "\(malformed) malformed" : nil,
            (pendingBytes ?? 0) >= Self.manyBytes ? "\(pendingBytes ?? 0) bytes unread" : nil,
        ]
        return full + near + others.compactMap(\.self)
    }
}
