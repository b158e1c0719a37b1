import Config
import Control
import Dialect
import Net

/// What `handoff` prints for people: sections that can each be had alone (`--only`).
struct HandoffText {
    private let package: HandoffPackage

    init(_ package: HandoffPackage) { self.package = package }

    func text(_ platform: Handoff.Platform) -> String {
        let routers = package.handoffs.map { handoff in
            ("For the operators of \(handoff.asn): \(platform.title)", handoff.text(for: platform))
        }
        let sections =
            routers + [
                ("ROAs to create, for all sites", roas), ("Route objects to create, for all sites", objects),
                ("To fill in", placeholders),
            ]
        let head = """
            Hand-off of site \(package.site.name), network \(package.network.name)
            From \(package.file.printable()), SHA-256 \(package.hash)
            """
        return ([head] + sections.enumerated().map(section)).joined(separator: "\n\n") + "\n"
    }

    private func section(_ index: Int, _ section: (title: String, text: String)) -> String {
        let title = "== \(index + 1). \(section.title) =="
        return Terminal.paint(title, .bold) + "\n\n" + String(section.text.trimmingSuffix("\n"))
    }

    /// Those of one AS, for its routers.
    func routers(_ platform: Handoff.Platform) throws(Failure) -> String {
        let systems = package.handoffs.map(\.asn).reduce(into: [ASN]()) { if !$0.contains($1) { $0.append($1) } }
        if systems.count > 1 {
            throw Failure(
                "handoff: site \(package.site.name) has neighbors of "
                    + "\(systems.map(\.description).joined(separator: " and ")); say for whose routers with --neighbor NAME"
            )
        }
        return package.handoffs.map { $0.text(for: platform) }.joined(separator: "\n").trimmingSuffix("\n")
    }

    private var roas: String {
        let rows = package.network.routeOrigins.map { origin in
            [
                "\(origin.asn)", "\(origin.prefix)", "\(origin.maxLength)",
                package.network.sites(of: origin).joined(separator: ", "),
            ]
        }
        guard !rows.isEmpty else { return inside("ROA") }
        let table = Table(header: ["ORIGIN", "PREFIX", "MAX LENGTH", "SITES"], rows, rightAligned: [2]).text
        let why = """
            One for each line, at whoever holds the prefix. The maximum length is the prefix's own (RFC 9319): with a
            longer one somebody could hijack a more specific prefix under your AS. Create them before you announce.
            """
        return [table, why, inside("ROA"), "For tools (--only roas):", json(ROAs(package), isPretty: false) ?? ""]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// What no registry hears of.
    private func inside(_ what: String) -> String {
        let list = package.network.privatePrefixes.map(\.description).joined(separator: " and ")
        return list.isEmpty ? "" : "No \(what) for \(list): it stays inside your own AS."
    }

    var objects: String {
        let objects = package.network.routeOrigins.map(package.routeObject)
        return (objects + [inside("route object"), hints]).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// What else of RPSL names the new routes, as comments.
    private var hints: String {
        let origins = Set(package.network.routeOrigins.map(\.asn)).sorted()
        let outside = package.handoffs.filter { $0.relation != nil }
        let exports = outside.map {
            "# In aut-num \($0.origin):  export: to \($0.asn) announce \($0.origin)"
        }
        let sets = origins.isEmpty ? [] : ["# In the as-set that you give to providers:  members: \(list(origins))"]
        return (exports + sets).joined(separator: "\n")
    }

    private func list(_ systems: [ASN]) -> String { systems.map(\.description).joined(separator: ", ") }

    private var placeholders: String { Table(package.placeholders.map { [$0.name, $0.meaning] }).text }
}

extension String {
    /// Without what it ends with, however often.
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        String(reversed().drop { $0 == character }.reversed())
    }
}
