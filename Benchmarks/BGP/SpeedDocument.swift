import Peers

extension SpeedResults {
    static let path = "docs/bgp-speed.md"

    /// docs/bgp-speed.md: what was measured, of whom, and how to do it again.
    func document() async throws -> String {
        [
            Self.opening, try await machine(), held, FailoverReport.markdown([head(contenders)] + body(contenders)),
            remarks, Self.repeating,
        ].joined(separator: "\n")
    }

    private static let opening = """
        # How fast it relays routes, beside others

        A feeder's table goes through a router to a listener, over TCP between two network namespaces:

        ```text
        feeders, AS 64601… ──▶ router, AS 64500 ──▶ listener, AS 64600
        ```

        The feeders and the listener are one program of C (`Benchmarks/peers/bgpload.c`), with every message made before the
        clock starts. Lengths and positions of prefixes, lengths of paths and numbers of communities are distributed as in
        the Internet's table, prefixes come in random order, 3 in an UPDATE on average. Routers accept everything and tell the
        listener all of it; nothing goes to the kernel. The listener checks what it hears: every prefix that it must know and no
        other, each by a path of the right length. CPU is the router's, user and system, until it is idle; the memory is the
        resident set at its largest (VmHWM); a phase lasts until the last UPDATE that the listener heard.

        """

    private func machine() async throws -> String {
        let sandbox = try await Sandbox(fresh: false)
        func version(_ program: String, _ option: String) async -> String {
            await Machine.version(program, option, in: sandbox)
        }
        var programs = ["BIRD \(await version("bird", "--version"))"]
        if contenders.contains(.frr) { programs.append("FRR \(await version("bgpd", "--version"))") }
        if contenders.contains(.gobgp) { programs.append("GoBGP \(await version("gobgpd", "--version"))") }
        if contenders.contains(.openbgpd) { programs.append("OpenBGPD \(await version("openbgpd", "-V"))") }
        return """
            \(Machine.words), beside \
            \(programs.joined(separator: ", ")). Medians of \(settings.runs) runs of Landfall and BIRD in turns; the others \
            ran once, for the record.\(settings.scale == 1 ? "" : " Only \(settings.scale) times as many routes as the lines say.")

            """
    }

    private var held: String {
        let rule =
            "What must hold beside BIRD: "
            + Self.bounds.map { "\($0.measure) at most \($0.ratio) times" }.joined(separator: "; ") + "."
        if complaints.isEmpty { return rule + " In this run, all of it held.\n" }
        return rule + " In this run, this did not:\n\n" + complaints.map { "- \($0)\n" }.joined()
    }

    private var remarks: String {
        let latency = """
            In the last line a feeder changes a prefix an UPDATE, each a millisecond's worth at a time, nine of ten to other \
            attributes and the rest to nothing; the latency is from when a change was due to when the listener had read it.

            """
        return latency + notes.map { "\n\($0)\n" }.joined()
    }

    private static let repeating = """
        ## Again

        ```sh
        make bench ONLY=bgp                       # about ten minutes
        make bench ONLY=bgp SCALE=0.1 RUNS=1      # a quick look
        make bench ONLY=bgp SCENARIO=churn        # table, ipv6, best or churn
        make bench ONLY=bgp WRITE=1               # writes this page
        ```

        """
}
