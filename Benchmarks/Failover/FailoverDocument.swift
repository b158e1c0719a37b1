import Peers

extension FailoverReport {
    /// docs/failover.md: what was measured, of whom, with which configurations, and how to do it again.
    static func document(_ results: Results, _ schedule: Schedule, _ complaints: [String]) async throws -> String {
        [
            opening(schedule), try await machine(), held(complaints),
            Setting.allCases.map { "## \($0.title)\n\n" + markdown([head] + rows(results, $0)) }.joined(
                separator: "\n"),
            columns,
            "## While nothing happens\n\n" + markdown([costHead] + costRows(results)) + "\n"
                + costs(schedule),
            "## When the checker dies\n\n" + checkers(results), try configurations(), repeating(schedule),
        ].joined(separator: "\n")
    }

    private static func opening(_ schedule: Schedule) -> String {
        """
        # Failover, beside others

        A site announces 203.0.113.53/32 and answers DNS there; another site does as well, and a client prefers the first. Then
        something at the first site fails, and the client, which asks every 5 ms, notes who answers. Announced by Landfall's
        agent, by BIRD with anycast-healthchecker, and by ExaBGP with its healthcheck: same topology, same routers, same name
        server (NSD), one run, in turns and side by side on one machine. Times are medians of \(schedule.runs) runs
        (\(schedule.runs * 8) where the announcer is stopped), each at a random phase of whatever goes round in the contender.

        ```text
        client ── transit ──┬── edge ── host: NSD, and who announces
                 AS 64500   │ AS 64501  AS 65000
                            └── survivor: NSD, announced by a BIRD, AS 64502
        ```

        """
    }

    private static func machine() async throws -> String {
        let sandbox = try await Sandbox(fresh: false)
        func version(_ program: String, _ option: String) async -> String {
            await Machine.version(program, option, in: sandbox)
        }
        let programs = [
            "landfall \(await version(Landfall.path, "--version")) (\(Landfall.path.contains("debug") ? "debug" : "release"))",
            "BIRD \(await version("bird", "--version"))",
            "anycast-healthchecker \(await version("anycast-healthchecker", "--version"))",
            "ExaBGP \(await version("exabgp", "--version"))", "NSD \(await version("nsd", "-v"))",
            "dig \(await version("dig", "-v"))",
        ]
        return """
            \(Machine.words): \
            \(programs.joined(separator: ", ")).

            """
    }

    private static func held(_ complaints: [String]) -> String {
        let rule = """
            What must hold: in (a), no failure that one of the others notices and Landfall doesn't, and medians at most 5 % or 20 ms,
            whichever is more, behind the better of those who notice; in (b), the same, and lower medians than both when the
            service hangs or is killed. The benchmark fails otherwise.
            """
        if complaints.isEmpty { return rule + " In this run, all of it held.\n" }
        return rule + " In this run, this did not hold:\n\n" + complaints.map { "- \($0)\n" }.joined()
    }

    private static let columns = """
        *Killed* is SIGKILL, *hung* and *stopped* are SIGSTOP. *Outage*: from the first query that nobody answered to the first that
        the survivor did; 0 where the site answers until the route has moved, since NSD lives on. *Moved after*: from the failure to
        the first query that the survivor answered. *Route gone*: when the site's router dropped the route, by its own log. *Not
        noticed*: 30 s later the client was still at the site. A median over runs most of which weren't noticed is –.

        Landfall's agent is announcer and checker in one process, so both fail together. With Landfall's own server the agent starts
        what serves, and starts it again in place when it is killed: where that is soon enough, nothing has to be withdrawn, and the
        run counts as not noticed, with the outage that there was. The route of an
        announcer that is stopped lasts until the router's hold timer, 3 s here, expires; BIRD starts it at 75 to 100 % of that.
        BIRD 2.0.12 acts on it only when something wakes its loop, up to a second later; in these runs the edge is asked for its
        route every 20 ms, whoever announces, so that this chance stays out of the figures.

        """

    private static func costs(_ schedule: Schedule) -> String {
        """
        Processor time of everything that checks and announces, programs that it starts to check included, over \
        \(Int(schedule.idleSeconds)) s of nothing else; the memory is the proportional share (PSS) of those processes. NSD is not in
        it.

        """
    }

    /// What each does, as far as the runs show it.
    private static func checkers(_ results: Results) -> String {
        let lines = [Contender.landfall, .anycast, .exabgp].flatMap { contender in
            [Failure.checkerKilled, .checkerStopped].compactMap { failure in
                let runs = results.entries.filter { $0.contender == contender && $0.failure == failure }.flatMap(\.runs)
                return runs.isEmpty ? nil : "- \(contender.rawValue), \(failure.rawValue): \(behaviour(runs))\n"
            }
        }
        return "Both settings together.\n\n" + lines.joined()
    }

    private static func behaviour(_ runs: [Run]) -> String {
        let missed = runs.filter { $0.moved == nil }
        guard !missed.isEmpty else {
            let times = runs.map { $0.moved ?? .infinity }
            return
                "clients had moved after \(milliseconds(median(times))), \(milliseconds(times.max() ?? .nan)) at most."
        }
        let back = missed.count { $0.isCheckerBack == true }
        let later = missed.compactMap(\.isNoticedLater)
        var text = "not noticed in \(missed.count) of \(runs.count) runs; the route stays."
        text += back > 0 ? " The checker was started again in \(back) of them." : " Nothing starts the checker again."
        guard !later.isEmpty else { return text }
        let noticed = later.count { $0 }
        return text + " A service that hung 30 s later was noticed within 30 s in \(noticed) of \(later.count) tries."
    }

    private static func configurations() throws -> String {
        let folder = "/run/peers"
        let texts = try Setting.allCases.map { setting in
            let check = try Contender.check(setting, dig: "dig")
            let (daemon, service) = AnycastHealthchecker.texts(
                Field.session, check, folder: folder, reconfigure: "birdc configure")
            let bird = AnycastHealthchecker.bird(Field.session, prefixes: folder + "/prefixes.conf")
            let exabgp = try ExaBGP.text(Field.session, check, program: "exabgp")
            return "### \(setting.title)\n\n" + fence("Landfall", Contender.landfall(setting, zone: nil), "yaml")
                + fence("anycast-healthchecker", daemon + service)
                + (setting == .same ? fence("the BIRD beside it, in both settings", bird) : "")
                + fence("ExaBGP", exabgp)
        }
        return """
            ## Configurations

            The others check with `dig`, which asks what Landfall asks: one try, and a second to answer where nothing stops it
            earlier, which is quicker than dig's own defaults. ExaBGP's timeout takes whole seconds only, so in (a) it is
            coreutils' `timeout` in front of the command, and its fast interval is the interval. `--withdraw-on-down` is set in (b)
            too: without it ExaBGP changes the MED and announces on. Environment: \
            `\(ExaBGP.environment.joined(separator: " "))`. The hold time is 3 s everywhere; paths are shortened.


            """ + texts.joined() + fence("the site's router, whoever announces", Routers.edge(log: "/run/edge.log"))
    }

    private static func fence(_ title: String, _ text: String, _ kind: String = "text") -> String {
        "\(title):\n\n```\(kind)\n\(text.trimmed)\n```\n\n"
    }

    private static func repeating(_ schedule: Schedule) -> String {
        """
        ## Again

        ```sh
        make bench ONLY=failover                  # \(schedule.runs) runs each, about 20 minutes
        make bench ONLY=failover RUNS=2           # a quick look
        make bench ONLY=failover WRITE=1          # writes this page
        make bench ONLY=failover FAILURE=hung     # one failure; SEED=\(schedule.seed) repeats the phases of this page
        ```

        Every run is in `.build/failover-runs.txt`. `RIGS` says how many sites fail at a time (\(schedule.rigs)).

        """
    }
}

extension String {
    fileprivate var trimmed: Substring { self[..<(lastIndex { !$0.isNewline }.map { index(after: $0) } ?? startIndex)] }
}
