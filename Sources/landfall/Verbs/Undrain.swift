import Config
import Control
import HTTP

extension Verb {
    static let undrain = Verb(
        name: "undrain",
        summary: "End a drain: announce again, when healthy for the hold-down.",
        description: """
            What was drained comes back by rise and hold-down, as after any failure. Says what it does; `landfall status`
            shows what is waited for.
            """,
        arguments: [
            Argument(name: "FILE", summary: "With --site: the configuration that has its hosts.", isRequired: false)
        ],
        options: [
            Option(name: "host", summary: "The drain of this host."),
            Option(name: "service", value: "NAME", summary: "The drain of a service."),
            Option(name: "neighbor", value: "NAME", summary: "The drain of a neighbor."),
            Option(name: "site", value: "NAME", summary: "The drains of all hosts of a site, through --via."),
            .via,
            Option(name: "dry-run", summary: "Say what it would do, and do nothing."),
            .socket, .json,
        ],
        examples: [
            ("landfall undrain --host", "the work is done"),
            ("landfall undrain --site fra --via 'ssh {host}' landfall.yaml", "at every host of a site"),
        ]
    ) { invocation throws(Failure) in
        let options = try DrainOptions(invocation)
        if options.site != nil { return try SiteUndrain(invocation).run() }
        var order = UndrainOrder(options.order.target)
        order.dryRun = options.order.dryRun
        return Operated(try invocation.ask(Request(order: order, to: "/undrain")), order.dryRun).give(invocation)
    }
}

/// `landfall undrain --site`.
private struct SiteUndrain {
    let invocation: Invocation
    let fleet: Fleet
    let members: [Fleet.Member]

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        fleet = try invocation.siteFleet()
        members = fleet.members(at: invocation.value("site") ?? "")
    }

    func run() -> Exit {
        let words = ["undrain", "--host", "--json"] + (invocation.has("dry-run") ? ["--dry-run"] : [])
        Terminal.progress("asking \(members.count) hosts")
        let answers: [Fleet.Answer<Operated>] = fleet.ask(members) { _ in words }
        Terminal.clearProgress()
        var report = SiteOperated(dryRun: invocation.has("dry-run"))
        for (member, answer) in zip(members, answers) { report.note(member, answer) }
        return report.give(invocation)
    }
}
