import FoundationEssentials
import Interop
import Peers

/// Sessions with five routers, and all that both ends of each know. The table with its details is `docs/interop.md`.
let interop = Comparison(
    name: "interop", summary: "sessions with BIRD, FRR, GoBGP, OpenBGPD and ExaBGP: docs/interop.md has the table"
) {
    var reports: [Report] = []
    var malformed = MalformedMessages()
    for make in Make.allCases {
        if let lack = make.lack { throw PeerError("\(make) \(lack)") }
        say("interop: \(make)")
        let field = try await Field(make)
        var exchange = Exchange(field)
        try await exchange.run()
        await field.stop()
        reports.append(exchange.report)
        try await malformed.ask(make)
    }
    let date = Date.now.formatted(.iso8601.year().month().day())
    try writeFile("docs/interop.md", InteropDocument(reports: reports, date: date).text + "\n" + malformed.text)
    return judge(reports)
}

private func judge(_ reports: [Report]) -> Findings {
    var findings = Findings()
    for report in reports {
        findings.unexplained += report.failures.map { "\(report.make): \($0)" }
        for topic in Topic.allCases {
            findings.cases += 1
            switch report.findings[topic] {
            case .both: findings.equal += 1
            case .notInOpen: findings.explained["it isn't in the router's OPEN", default: 0] += 1
            case .refused: findings.explained["the router's parser refuses it", default: 0] += 1
            case .behaviour: findings.explained["the router does something else", default: 0] += 1
            case nil: findings.unexplained.append("\(report.make): nothing about \(topic.rawValue)")
            }
        }
    }
    return findings
}
