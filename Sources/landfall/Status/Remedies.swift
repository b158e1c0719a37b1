import Control
import Site

/// What somebody may do now: commands to type as they stand, each with what it does. The most urgent first.
extension Screen {
    var sectionOfRemedies: Section {
        let all = Array((onTrial + explanations + evidence + checks + sessions + drains + file).prefix(Self.most))
        return all.isEmpty ? Section("To do", [["nothing"]]) : Section(remedies: all, width: width)
    }

    struct Remedy: Sendable {
        var command: String
        var effect: String

        init(_ command: String, _ effect: String) { (self.command, self.effect) = (command, effect) }
    }

    private var at: String { socket.map { " --socket \(quoted($0))" } ?? "" }

    private var onTrial: [Remedy] {
        guard situation.isOnTrial else { return [] }
        return [
            Remedy("landfall confirm\(at)", "keeps the new configuration"),
            Remedy("landfall rollback\(at)", "goes back to the one of before, at once"),
        ]
    }

    /// Each code once, worst first.
    private var explanations: [Remedy] {
        let codes = situation.alarms.reduce(into: [Status.Alarm]()) { codes, alarm in
            if !codes.contains(where: { $0.code == alarm.code }) { codes.append(alarm) }
        }
        return codes.prefix(3).map { alarm in
            Remedy("landfall explain \(alarm.code)", alarm.remedy.beginning(200))
        }
    }

    /// What stands behind the last withdrawal.
    private var evidence: [Remedy] {
        guard !situation.silent.isEmpty, let last = events.all.last(where: { $0.event == .withdrawn }) else {
            return []
        }
        let state = stateOption.map { " --state \(quoted($0))" } ?? ""
        return [Remedy("landfall explain \(last.id)\(state)", "what was asked and answered before the withdrawal")]
    }

    private var checks: [Remedy] {
        status.checks.filter { $0.verdict != "healthy" }.sortedWorstFirst(\.severity).prefix(2).map { check in
            Remedy(
                "landfall check-now \(quoted(check.name)) --address \(check.address)\(at)",
                "asks again, and shows what came back")
        }
    }

    private var sessions: [Remedy] {
        guard let first = situation.down.first, let file = status.configuration?.path ?? status.file else { return [] }
        let doctor = "landfall doctor \(Self.agent(of: file, at: status.site, status.host))"
        return [Remedy(doctor, "what keeps \(first.name) away, as far as it can be seen from here")]
    }

    /// The words that verbs take which name a host of a file.
    static func agent(of file: String, at site: String, _ host: String?) -> String {
        let host = host.map { $0 == site ? "" : " --host \(quoted($0))" } ?? ""
        return "\(quoted(file)) --site \(quoted(site))\(host)"
    }

    private var drains: [Remedy] {
        (status.drains ?? []).prefix(3).flatMap { drain in
            let end = Remedy("landfall undrain \(drain.target.option)\(at)", "ends the drain of \(drain.target.words)")
            guard drain.state == "kept" else { return [end] }
            let force = "landfall drain \(drain.target.option) --force\(at)"
            return [Remedy(force, "withdraws, whatever traffic is still here"), end]
        }
    }

    private var file: [Remedy] {
        guard let configuration = status.configuration, !situation.isOnTrial else { return [] }
        let isOther = configuration.onDisk == "differs"
        guard isOther || configuration.refused != nil || configuration.pinned != nil else { return [] }
        return [Remedy("landfall reload --dry-run\(at)", "says what the file would change, or what is wrong with it")]
    }
}

extension Section {
    /// As the options of a command are listed: a long one has a line of its own. It is never cut off: it is there to be typed.
    init(remedies: [Screen.Remedy], width: Int?) {
        let rows = remedies.flatMap { remedy -> [[Cell]] in
            let command = Cell(remedy.command, .bold)
            guard command.width > Self.longestCommand else { return [[command, Cell(remedy.effect)]] }
            let lines = command.text.continued(within: width.map { $0 - Self.gutter })
            return lines.map { [Cell($0, .bold)] } + [["", Cell(remedy.effect)]]
        }
        self.init("To do", rows, wraps: true)
    }

    private static let longestCommand = 32
}

extension String {
    /// A command in lines of at most so many characters, as far as its options allow that, as a shell reads them back.
    fileprivate func continued(within columns: Int?) -> [String] {
        guard let columns, count > columns else { return [self] }
        var lines: [String] = []
        for part in partsAtOptions {
            if let last = lines.last, last.count + part.count + 3 <= columns {
                lines[lines.count - 1] = "\(last) \(part)"
            } else {
                lines.append(lines.isEmpty ? part : "    \(part)")
            }
        }
        return lines.dropLast().map { $0 + " \\" } + lines.suffix(1)
    }

    /// Each with its value; what stands in quotes is no option.
    private var partsAtOptions: [String] {
        var (parts, isQuoted) = ([""], false)
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if word.hasPrefix("--"), !isQuoted {
                parts.append(String(word))
            } else {
                parts[parts.count - 1] += parts == [""] ? "\(word)" : " \(word)"
            }
            if !word.replacing("\\'", with: "").count(where: { $0 == "'" }).isMultiple(of: 2) { isQuoted.toggle() }
        }
        return parts
    }

    /// As many whole sentences as fit into so many characters; of the first one, as much as fits.
    fileprivate func beginning(_ most: Int) -> String {
        guard count > most else { return self }
        let ends = ranges(of: ". ").map(\.lowerBound).filter { distance(from: startIndex, to: $0) < most }
        guard let last = ends.last else { return prefix(most - 1) + "…" }
        return String(self[...last])
    }
}
