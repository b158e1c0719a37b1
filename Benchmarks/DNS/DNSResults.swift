import Peers

/// All that was measured, and what it comes to.
struct DNSResults: Sendable {
    var settings: DNSSettings
    /// What went wrong, or didn't hold, besides the bounds of rows.
    private(set) var complaints: [String] = []
    private(set) var rows: [Row] = []

    struct Row: Sendable {
        /// Empty: another measure of the row above.
        var title: String
        /// With its unit.
        var measure: String
        /// Of each run.
        var values: [DNSContender: [Double]]
        /// Ours may be so many times theirs.
        var bounds: [DNSContender: Double]
        var aim: Double?
        /// Not what is compared, only what helps to understand that.
        var isRemark = false

        func value(_ contender: DNSContender) -> Double? { values[contender].map(median) }

        func ratio(_ contender: DNSContender) -> Double? {
            guard let ours = value(.landfall), let theirs = value(contender), theirs > 0 else { return nil }
            return ours / theirs
        }
    }

    init(settings: DNSSettings) { self.settings = settings }

    /// Of what a server says when it ends, the beginning.
    mutating func complain(_ what: String) {
        complaints.append(what.split(separator: "\n").prefix(3).joined(separator: "\n"))
    }

    mutating func add(
        _ title: String, _ measure: String, _ values: [DNSContender: [Double]], _ bounds: [DNSContender: Double] = [:],
        aim: Double? = nil, remark: Bool = false
    ) {
        rows.append(
            Row(title: title, measure: measure, values: values, bounds: bounds, aim: aim, isRemark: remark))
    }

    /// Each with the title that it stands under.
    private var titled: [(title: String, row: Row)] {
        var title = ""
        return rows.map { row in
            if !row.title.isEmpty { title = row.title }
            return (title, row)
        }
    }

    // MARK: What it comes to

    var measurements: [Measurement] {
        titled.filter { !$0.row.isRemark }.flatMap { title, row in
            let ours = row.value(.landfall) ?? .nan
            let others = [DNSContender.nsd, .knot].compactMap { peer in
                row.ratio(peer).map { (name: peer.rawValue, value: row.value(peer) ?? .nan, ratio: $0) }
            }
            let aim = row.aim.map { (name: "the aim", value: $0, ratio: ours / $0) }
            return (others + (aim.map { [$0] } ?? [])).map { peer in
                let (measure, unit) = Self.split(row.measure)
                return Measurement(
                    subject: "dns", measure: "\(title): \(measure)", unit: unit, ours: ours, peer: peer.value,
                    peerName: peer.name, ratio: peer.ratio)
            }
        }
    }

    /// `CPU, µs an answer` is a measure and its unit.
    private static func split(_ measure: String) -> (String, String) {
        guard let comma = measure.lastIndex(of: ",") else { return (measure, "") }
        return (String(measure[..<comma]), String(measure[comma...].dropFirst(2)))
    }

    var allComplaints: [String] {
        complaints
            + titled.flatMap { title, row in
                let tooMuch = DNSContender.allCases.compactMap { peer -> String? in
                    guard let bound = row.bounds[peer], let ratio = row.ratio(peer), ratio > bound else { return nil }
                    return
                        "\(title): \(row.measure): \(short(ratio)) times \(peer.rawValue)'s, at most \(bound) is wanted"
                }
                guard let aim = row.aim, let ours = row.value(.landfall), ours > aim else { return tooMuch }
                return tooMuch + ["\(title): \(row.measure): \(short(ours)), the aim is \(short(aim))"]
            }
    }

    // MARK: In the terminal

    var text: String { aligned([head] + body, words: [0, 1]) }

    var head: [String] { ["", ""] + DNSContender.allCases.map(\.rawValue) + ["/ NSD", "/ Knot"] }

    var body: [[String]] {
        rows.map { row in
            let values = DNSContender.allCases.map { row.value($0).map(short) ?? "–" }
            let ratios = [DNSContender.nsd, .knot].map { peer in
                row.ratio(peer).map { short($0) + (row.bounds[peer].map { " (≤ \($0))" } ?? "") } ?? "–"
            }
            return [row.title, row.measure] + values + ratios
        }
    }
}

private func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value >= 100 || value == value.rounded() { return "\(Int(value.rounded()))" }
    let scale = value >= 10 ? 10.0 : 100.0
    return "\((value * scale).rounded() / scale)"
}
