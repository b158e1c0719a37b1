/// Checks that can't fail, or don't see the service: `CheckLint`.
extension LintRule {
    static let checks = [
        execCannotFail, httpAcceptsErrors, icmpOwnAddress, tcpOwnSocket, tcpConnectOnly, execWithoutAddress,
        portNotServed, negativeAnswersOnly,
    ]

    static let execCannotFail = LintRule(
        "LF-L201", "exec-cannot-fail", .warning,
        title: "A program always says that all is well.",
        meaning: """
            `true`, `echo` and scripts that end with `|| true` end with 0 whatever happened. What is meant as a \
            placeholder keeps a dead site announced.
            """,
        remedy: """
            Name a program that asks the service and ends with 2 when it doesn't answer (0 healthy, 1 degraded, 2 \
            failing).
            """)

    static let httpAcceptsErrors = LintRule(
        "LF-L202", "http-accepts-errors", .warning,
        title: "An HTTP check passes on server errors.",
        meaning: """
            A status of 500 or more says that the server has failed (RFC 9110 §15.6). A load balancer in front of \
            nothing answers 503, quickly and for ever.
            """,
        remedy: "Accept what a working service says: `status: 200-299`, and a `body` that only it can produce.")

    static let icmpOwnAddress = LintRule(
        "LF-L203", "icmp-own-address", .warning,
        title: "A ping of the service's own address is answered by the kernel.",
        meaning: "The service's address is on the host, so the host's kernel answers, whether the service runs or not.",
        remedy: "Ask the service itself. ICMP is for the router on the way out, with `address` and `neighbor`.")

    static let tcpOwnSocket = LintRule(
        "LF-L204", "tcp-own-socket", .warning,
        title: "A TCP connection is taken by the kernel for our own server.",
        meaning: """
            The agent holds the sockets of the server that it runs, so that it can be restarted without a loss. \
            Connections to them are opened by the kernel while the server hangs, or while there is none.
            """,
        remedy: "Ask a question over TCP: `dns: {…, transport: tcp}`.")

    static let tcpConnectOnly = LintRule(
        "LF-L205", "tcp-connect-only", .advice,
        title: "A connection is all that is asked of a service.",
        meaning: """
            The kernel opens connections for a program that hangs until its backlog is full. A service that stopped \
            answering an hour ago still passes.
            """,
        remedy: "Say something and expect an answer: `send` and `expect`, or an `http` or `dns` check.")

    static let execWithoutAddress = LintRule(
        "LF-L206", "exec-without-address", .warning,
        title: "A program asks somebody else.",
        meaning: """
            A check is made for each address of the service, and has to ask that address, as a client would. A \
            command that names no address, or another one, or always the same of several, passes while the service is \
            dead there.
            """,
        remedy: "Write `{address}` where the address belongs: it is replaced by the one that is checked.")

    static let portNotServed = LintRule(
        "LF-L207", "port-not-served", .warning,
        title: "A check asks a port that our server doesn't have.",
        meaning: """
            Landfall serves the service at every site, and the check goes to another port: to another program, whose \
            health says nothing about this one, or to nobody.
            """,
        remedy: "Leave `port` out: a check asks the port of `serve`.")

    static let negativeAnswersOnly = LintRule(
        "LF-L208", "negative-answers-only", .warning,
        title: "Only negative answers are asked for.",
        meaning: "REFUSED, SERVFAIL and NXDOMAIN are what a server gives that has lost its zones, or never had any.",
        remedy: "Ask for a name that must be there as well.")
}
