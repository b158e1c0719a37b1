import Control
import FoundationEssentials
import Net

/// All that is known of one neighbor.
struct NeighborScreen {
    private let neighbor: NeighborAnswer
    private let now: Date
    var ink = Terminal.ink
    var width = Terminal.width

    init(_ neighbor: NeighborAnswer, now: Date) { (self.neighbor, self.now) = (neighbor, now) }

    var text: String {
        let sections = [session, capabilities, routes, policies, messages, waiting, error].filter { !$0.rows.isEmpty }
        return ([head, ""] + sections.flatMap { $0.lines(ink, width: width) }).joined(separator: "\n")
    }

    private var head: String {
        let role = neighbor.role.map { ", \($0)" } ?? ""
        let age = Spans.age(of: neighbor.since, at: now).map { " for \(Spans.text($0.rounded(.down)))" } ?? ""
        let line = Cell("\(neighbor.name)  \(neighbor.address)  AS\(neighbor.asn)\(role): \(neighbor.state)\(age)")
        return ink.paint(line.text, neighbor.isUp ? .green : .red)
    }

    private func section(_ title: String, _ lines: [String?]) -> Section {
        Section(title, lines.compactMap(\.self).map { [Cell($0)] }, wraps: true)
    }

    private var session: Section {
        let ends: [String?] = [neighbor.localAddress.map { "from \($0)" }, neighbor.routerID.map { "router ID \($0)" }]
        let times: [String?] = [
            neighbor.holdTimeSeconds.map {
                $0 > 0 ? "hold time \($0.whole()) s" : "no hold time: silence goes unnoticed"
            },
            neighbor.mraiSeconds.map { "announcements \($0 > 0 ? "at least \(Self.seconds($0)) apart" : "at once")" },
            neighbor.ups.map { "came up \($0) \($0 == 1 ? "time" : "times")" },
        ]
        let families = neighbor.families.map { "families \($0.joined(separator: ", "))" }
        let disabled = neighbor.disabledFamilies.map {
            "\($0.joined(separator: ", ")): an UPDATE could not be read, so nothing of it is heard until the session is reset"
        }
        return section(
            "Session",
            [
                "since \(neighbor.since)", list(ends + [families]), list(times), disabled,
            ])
    }

    private static func seconds(_ value: Double) -> String { Duration.milliseconds((value * 1000).whole()).shortText }

    private func list(_ parts: [String?]) -> String? {
        let parts = parts.compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var capabilities: Section {
        guard let all = neighbor.capabilities else { return section("Can", []) }
        let line = { (words: String, list: [String]) in list.isEmpty ? nil : "\(words): \(list.joined(separator: ", "))"
        }
        return section(
            "Can", [line("both", all.both), line("only we", all.oursOnly), line("only the neighbor", all.theirsOnly)])
    }

    private var routes: Section {
        let tables = (neighbor.prefixes ?? []).map { table in
            guard neighbor.prefixesReceived == nil else { return "\(table.family): told \(table.told)" }
            return
                "\(table.family): received \(table.received), accepted \(table.accepted), dropped \(table.filtered), "
                + "in use \(table.best); told \(table.told)" + limits(table)
        }
        let memory = neighbor.attributeBytes.map { bytes in
            let limit = neighbor.attributeBytesLimit.map { " of \(Figures.short(Double($0)))B allowed" } ?? ""
            return "attributes: \(Figures.short(Double(bytes)))B\(limit)"
        }
        let counted = neighbor.prefixesReceived.map {
            "announces \($0) \($0 == 1 ? "prefix" : "prefixes"), none of which is used"
        }
        let hops = neighbor.nextHops.map { count in
            "next hops: \(count)" + (neighbor.nextHopsLimit.map { " of \($0) allowed" } ?? "")
        }
        return section("Routes", [counted] + tables + [memory, hops])
    }

    private func limits(_ table: NeighborAnswer.Table) -> String {
        let limit = table.limit.map { "; may send \($0) (\(table.limitUsedPercent ?? 0) % used)" } ?? ""
        return limit + (table.toldLimit.map { "; may be told \($0)" } ?? "")
            + (table.isFull == true ? "; over its limit: what comes is refused" : "")
    }

    private var policies: Section {
        guard neighbor.prefixesReceived == nil, neighbor.prefixes != nil else { return section("Policies", []) }
        return section(
            "Policies",
            [
                "import \(neighbor.importPolicy ?? "none")", "export \(neighbor.exportPolicy ?? "none")",
            ])
    }

    private var messages: Section {
        let words = { (name: String, messages: NeighborAnswer.Messages?) in
            messages.map {
                "\(name) \($0.total): \($0.updates) UPDATEs, \($0.keepalives) KEEPALIVEs, \($0.refreshes) refreshes"
            }
        }
        let prefixes = neighbor.announced.map {
            "in its UPDATEs \($0) prefixes announced, \(neighbor.withdrawn ?? 0) withdrawn"
        }
        let flawed = neighbor.flawed.map { ", \($0) with routes that can't be used" } ?? ""
        return section(
            "Messages",
            [
                words("received", neighbor.received), prefixes, words("sent", neighbor.sent),
                "\(neighbor.malformed) malformed\(flawed)", refusedConnections,
            ])
    }

    private var refusedConnections: String? {
        guard let count = neighbor.refusedConnections, count > 0 else { return nil }
        return "\(count) \(count == 1 ? "connection" : "connections") from its address refused"
    }

    private var waiting: Section {
        guard neighbor.isUp, let bytes = neighbor.pendingBytes else { return section("Waiting", []) }
        let prefixes =
            neighbor.isStopped == true
            ? "told nothing more: that would be over its limit"
            : neighbor.waitingPrefixes.map { "\($0) changed \($0 == 1 ? "prefix" : "prefixes") to tell" }
                ?? "the whole table is being told"
        let others = (neighbor.groupMembers ?? 1) - 1
        let shared = others > 0 ? "told the same as \(others) \(others == 1 ? "other" : "others")" : nil
        return section("Waiting", [list([prefixes, "\(bytes) bytes that it hasn't read", shared])])
    }

    private var error: Section {
        section("Error", [neighbor.lastError.map { neighbor.isUp ? "the session before: \($0)" : $0 }])
    }
}
