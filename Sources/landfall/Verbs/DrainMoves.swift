import Control

/// What moves where, for people.
extension DrainReport {
    /// The hosts of a site give the same answer, so the first one's is enough.
    var moves: String? {
        guard let moves = hosts.lazy.compactMap(\.moves).first else { return nil }
        if let reason = moves.reason { return "What moves where isn't known: \(reason)." }
        let isPart = moves.isOfWholeSite && hosts.count == 1
        let before =
            isPart
            ? "The site's other hosts take its load over. When the last one is withdrawn" : "When it is withdrawn"
        let made = moves.made.map { ", as planned \($0)" } ?? ""
        let head = "\(before), at peak\(made)\(moves.basis.map { " (\($0))" } ?? ""):"
        return ([head] + moves.lines).joined(separator: "\n")
    }
}

extension OrderAnswer.Moves {
    fileprivate var lines: [String] {
        guard !to.isEmpty || lost > 0 else { return ["  nothing moves: nobody lands here"] }
        let rows = to.map { gain in
            let most = gain.most.map { $0 > gain.added ? "to \($0.whole())" : "" } ?? ""
            let of = gain.capacity.map { " of \($0.whole())" } ?? ""
            let then = "then \((gain.load + gain.added).whole())\(of)\(gain.isOverloaded ? ": overloaded" : "")"
            return ["  to \(gain.site)", "+\(gain.added.whole())", most, "queries/s", then]
        }
        let lost = lost > 0 ? ["  \(lost.whole()) queries/s have no other way, and are lost"] : []
        return (rows.isEmpty ? [] : [Table(rows, rightAligned: [1]).text]) + lost
    }
}
