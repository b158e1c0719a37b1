import Peers

/// What `docs/dns-delegation.md` says.
struct DelegationDocument {
    var rounds: [DelegationRound]
    var date: String

    var text: String {
        ([Self.head + "\n\nAs of \(date), with:\n", versions, "", table, "", objections]).joined(separator: "\n")
    }

    private static let head = """
        # A delegation, judged by others

        A root, `example.` below it and `landfall.example.` below that: each signed, each served by `landfall serve`, the
        last by two servers with an address of each family. zonemaster-cli and dnsviz start at the root, as a resolver
        would, and try what they know: agreement of parent and child, glue, sizes, EDNS, letter case, TCP, transfers,
        every signature and every denial. The zones hold aliases, a wildcard, a DNAME, an empty non-terminal and a
        delegation without DS.

        Nothing here is typed in: `make judge ONLY=dns-delegation` writes this page.
        """

    private var versions: String {
        guard let round = rounds.first else { return "" }
        return "- zonemaster-cli: \(round.zonemaster.version)\n- dnsviz: \(round.dnsviz.version)"
    }

    private var table: String {
        let modules = Set(rounds.flatMap { $0.zonemaster.messages.compactMap(Self.module) }).sorted()
        let head = ["| | " + rounds.map { Self.words($0.denial) }.joined(separator: " | ") + " |"]
        let rows = modules.map { module in
            "| zonemaster, \(module) | " + rounds.map { count($0, module) }.joined(separator: " | ") + " |"
        }
        let dnsviz = rounds.map { round in
            let objections = round.dnsviz.objections.values.reduce(0, +)
            return "\(round.dnsviz.inOrder) in order" + (objections == 0 ? "" : ", \(objections) objections")
        }
        let last = "| dnsviz | " + dnsviz.joined(separator: " | ") + " |"
        return (head + ["|---" + rounds.map { _ in "|---" }.joined() + "|"] + rows + [last]).joined(separator: "\n")
    }

    /// `DNSSEC`, of the test `DNSSEC10`.
    private static func module(_ message: Zonemaster.Message) -> String? {
        message.test == "UNSPECIFIED" ? nil : String(message.test.prefix { !$0.isNumber })
    }

    private func count(_ round: DelegationRound, _ module: String) -> String {
        let all = round.zonemaster.messages.filter { Self.module($0) == module }
        let objections = all.count { $0.level != "INFO" }
        return "\(all.count - objections) in order" + (objections == 0 ? "" : ", \(objections) objections")
    }

    private static func words(_ denial: SignedZone.Denial) -> String {
        switch denial {
        case .nsec: "NSEC, ldns-signzone"
        case .nsec3: "NSEC3, dnssec-signzone"
        case .salted: "NSEC3 with salt, ldns-signzone"
        case .optOut: "NSEC3 with opt-out, dnssec-signzone"
        }
    }

    private var objections: String {
        var lines: [String] = []
        for round in rounds {
            for message in round.zonemaster.messages where message.level != "INFO" {
                let reason = Delegation.reasons[message.tag] ?? "not explained"
                lines.append("- \(message.level) \(message.tag), \(message.test): \(reason)")
            }
            lines += round.dnsviz.objections.keys.map { "- dnsviz: \($0): not explained" }
        }
        let unique = Set(lines).sorted()
        return "## Objections\n\n" + (unique.isEmpty ? "None." : unique.joined(separator: "\n")) + "\n"
    }
}
