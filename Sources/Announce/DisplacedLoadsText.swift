internal import Net

/// The table as a file: YAML with a line for each row, so that a difference between two of them can be read.
extension DisplacedLoads {
    public var text: String {
        """
        # What moves where when a site of the network is drained, withdrawn or made less preferred: queries a second, at peak.
        # Made by `landfall plan`, read by `landfall run` (announce.displaced-load); docs/displaced-load.md says what it means.
        displaced-load: \(Self.version)
        network: \(network)
        prefix: \(prefix)
        made: \(made)
        basis: \(Self.quoted(basis))
        sites:

        """ + sites.map(\.text).joined()
    }

    /// So that no word in it is YAML.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension DisplacedLoads.Site {
    fileprivate var text: String {
        var lines = ["  \(name):", "    load: \(whole(load))"]
        if let capacity { lines.append("    capacity: \(whole(capacity))") }
        lines += ["    withdrawn: \(withdrawn.text)", "    degraded: \(degraded.text)"]
        if !neighbors.isEmpty { lines.append("    neighbors:") }
        for neighbor in neighbors {
            let row = neighbor.withdrawn.map { ", withdrawn: \($0.text)" } ?? ""
            lines.append("      \(neighbor.name): {asn: \(neighbor.asn.rawValue)\(row)}")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension DisplacedLoads.Row {
    /// Without what would be written as 0.
    fileprivate var text: String {
        let gains = to.filter { whole($0.added) > 0 || whole($0.most ?? 0) > 0 }.map { gain in
            let most = gain.most.map { ", most: \(whole($0))" } ?? ""
            return "\(gain.site): {load: \(whole(gain.load)), added: \(whole(gain.added))\(most)}"
        }
        let list = gains.isEmpty ? "" : ", to: {\(gains.joined(separator: ", "))}"
        return "{lost: \(whole(lost))\(list)}"
    }
}

/// A load as it is written: whole queries a second.
private func whole(_ load: Double) -> UInt64 {
    load.isFinite ? UInt64(min(max(0, load), DisplacedLoads.mostLoad).rounded()) : 0
}

extension DisplacedLoads {
    /// A site doesn't answer more queries a second than this.
    public static let mostLoad = 1e15
}
