import Peers

extension DNSResults {
    static let path = "docs/dns-speed.md"

    /// docs/dns-speed.md: what was measured, of whom, and how to do it again.
    func document() async throws -> String {
        [
            Self.opening, try await machine(), held, FailoverReport.markdown([head] + body), Self.reading,
            Self.repeating,
        ].joined(separator: "\n")
    }

    private static let opening = """
        # How fast it answers, beside others

        `landfall serve`, NSD and Knot serve the same zone and are asked the same queries over loopback, in turns, all with one
        worker on the same processor. What asks is a program of C on another processor (`Benchmarks/peers/dnsload.c`): 8
        sockets, 256 queries under way at any time, up to 64 read and written by one system call. It counts answers and reads
        what the server's threads have used meanwhile from the kernel (schedstat), so CPU is user and system time for one
        answer, the server's part of the kernel's network code included. The C echo (`Benchmarks/peers/dnsecho.c`) sends back answers
        of the same sizes, 64 a system call, and looks nothing up: what is below it can't be had with sockets.

        Ours reads and writes 64 datagrams a system call, Knot 10, Debian's NSD one: that is compiled into them. NSD has rate
        limiting off, `minimal-responses` on, and the receive buffer that ours asks for; Knot has its defaults, which are the
        same but for the buffer, and 256 small datagrams fit into that. Queries have EDNS with 1232 bytes; those to the root
        zone, signed by its operators, have DO as well. All must give the same kinds of answers, and none that is wrong.

        """

    private func machine() async throws -> String {
        let sandbox = try await Sandbox(fresh: false)
        let nsd = await Machine.version("nsd", "-v", in: sandbox)
        let knot = await Machine.version("knotd", "-V", in: sandbox)
        return "\(Machine.words), beside NSD \(nsd), Knot \(knot). Medians of \(settings.runs) runs.\n"
    }

    private var held: String {
        let rule =
            "What must hold stands beside the ratios; the aim of the engine is 400 ns; a reload must lose nothing."
        let complaints = allComplaints
        if complaints.isEmpty { return rule + " In this run, all of it held.\n" }
        return rule + " In this run, this did not:\n\n" + complaints.map { "- \($0)\n" }.joined()
    }

    private static let reading = """

        The engine alone is the same queries in one process, from bytes to bytes, without a socket. Memory is that of all
        processes of a server, pages that they share counted once (PSS), divided by the records; a zone loads from the
        start of the process to its answer for the file's last name. In the reload, a zone of a million records is replaced
        and SIGHUP sent; ours is an agent, which checks the file and starts its service anew.

        """

    private static let repeating = """
        ## Again

        ```sh
        make bench ONLY=dns                 # about eight minutes
        make bench ONLY=dns RUNS=1          # a quick look
        make bench ONLY=dns PART=tcp        # udp, tcp, engine, million or reload
        make bench ONLY=dns WRITE=1         # writes this page
        ```

        """
}
