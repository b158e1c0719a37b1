import Control
import FoundationEssentials
import Site

/// What operators have done, what runs, and what happened last.
extension Screen {
    var sectionOfDrains: Section {
        Section(
            "Drains",
            (status.drains ?? []).prefix(Self.most).map { drain in
                let share = drain.share.map { ", \(Figures.percent($0)) of the traffic still here" } ?? ""
                let left = drain.secondsLeft.map { ", \(Spans.text($0)) left" } ?? ""
                let told = drain.state == "kept" ? ", announced to \(drain.neighbors.joined(separator: ", "))" : ""
                let who = drain.by.map { "by \($0)" } ?? ""
                let when = drain.since.flatMap(situation.age).map { " \($0) ago" } ?? ""
                let end = drain.endsInSeconds.map { "ends in \(Spans.text($0))" } ?? "until somebody undrains it"
                return [
                    Cell(drain.target.words), Cell(drain.state, .yellow),
                    Cell("\(who)\(when)\(who.isEmpty ? "" : ", ")\(end)\(left)\(share)\(told)"),
                ]
            })
    }

    var sectionOfConfiguration: Section {
        guard let configuration = status.configuration else {
            return Section("File", status.file.map { [[Cell($0)]] } ?? [])
        }
        let copy = configuration.number.map { ", copy \($0)" } ?? ""
        let age = situation.age(configuration.accepted).map { "accepted \($0) ago" } ?? ""
        let first: [Cell] = [Cell("\(configuration.path)  \(configuration.hash.prefix(12))  \(age)\(copy)")]
        return Section("File", [first] + remarks(configuration).map { [Cell($0, .yellow)] })
    }

    /// Why what runs isn't what somebody would expect who looks at the file.
    private func remarks(_ configuration: Status.Configuration) -> [String] {
        var remarks: [String] = []
        if let left = configuration.confirmSecondsLeft {
            remarks.append("on trial: goes back in \(Spans.text(left)) unless confirmed")
        }
        if let pinned = configuration.pinned { remarks.append("a copy runs, not the file: \(pinned)") }
        if let refused = configuration.refused?.first { remarks.append("the file was refused: \(refused)") }
        if configuration.onDisk == "differs" {
            let when = configuration.written.flatMap(situation.age).map { ", written \($0) ago" } ?? ""
            remarks.append("on the disk it is another one\(when), which nobody has loaded")
        }
        if let reason = configuration.unreadable { remarks.append("on the disk it can't be read: \(reason)") }
        return remarks
    }

    var sectionOfEvents: Section { Section(events: events, now: situation.now) }
}

extension Section {
    private static let longestEvent = 240

    /// With their numbers, which `landfall explain` takes.
    init(events: LastEvents, now: Date) {
        let rows = events.all.suffix(LastEvents.most).map { event -> [Cell] in
            return [
                Cell(Spans.time(event.time, at: now), .grey), Cell(Spans.ago(event.time, at: now) ?? ""),
                Cell("\(event.id)"),
                Cell(event.text).cut(to: Self.longestEvent),
            ]
        }
        let why = events.trouble.map { [[Cell("can't be read: \($0)", .grey)]] } ?? []
        self.init("Events", rows.isEmpty ? why : rows, wraps: true, rightAligned: [1, 2])
    }
}
