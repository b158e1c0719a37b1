internal import DNS
internal import Health
internal import Net

/// Checks that can't fail, or that don't see the service.
extension Lint {
    mutating func lintChecks() {
        for service in network.services {
            for (index, check) in service.checks.enumerated() {
                let way: [KeyStep] = ["services", .key(service.name), "checks", .index(index)]
                switch check.kind {
                case .exec(let exec): lint(exec, check, of: service, at: way)
                case .http(let http): lint(http, at: way)
                case .icmp(let echo): lint(echo, check, at: way)
                case .tcp(let tcp): lint(tcp, of: service, at: way)
                case .dns(let dns): lint(dns, of: service, at: way)
                }
            }
            lintAll(service)
        }
    }

    private mutating func lint(_ exec: ExecCheck, _ check: Check, of service: Service, at way: [KeyStep]) {
        let way = way + ["exec", "run"]
        if exec.alwaysPasses {
            report(
                .execCannotFail, at: way,
                "\(quoted(exec.shown)) ends with 0 whatever the service does",
                instead: "run: [PROGRAM, …, \"{address}\"] that ends with 2 when the service doesn't answer")
        } else if check.seesService, exec.isClient, !exec.names(allOf: service) {
            let whom = service.addresses.count > 1 ? "each of its addresses" : "\(service.addresses[0])"
            report(
                .execWithoutAddress, at: way,
                "\(quoted(exec.shown)) doesn't ask the service at \(whom), so it passes while the "
                    + "service is dead, and fails with somebody else",
                instead: "run: [\(exec.command[0]), …, \"{address}\"], or \"@{address}\" for dig and kdig")
        }
    }

    private mutating func lint(_ http: HTTPCheck, at way: [KeyStep]) {
        guard http.body == nil, http.status.contains(where: { $0.upperBound >= 500 }) else { return }
        report(
            .httpAcceptsErrors, at: way + ["http", "status"],
            "an answer that says 5xx, \"I have failed\" (RFC 9110 §15.6), passes, whatever it holds",
            instead: "status: 200-299, and body: TEXT that only a working service says")
    }

    private mutating func lint(_ echo: EchoCheck, _ check: Check, at way: [KeyStep]) {
        guard echo.address == nil else { return }
        report(
            .icmpOwnAddress, at: way + ["icmp"],
            "the host's own kernel answers for the service's address, as long as the host has it: this never fails",
            instead: "dns, http or tcp, which ask the service; or icmp: {address: ROUTER} with \"neighbor\"")
    }

    private mutating func lint(_ tcp: TCPCheck, of service: Service, at way: [KeyStep]) {
        guard tcp.expect.isEmpty, let serve = service.serve, serve.dns.port == tcp.port else { return }
        report(
            .tcpOwnSocket, at: way + ["tcp"],
            "the agent holds the sockets of port \(tcp.port), so the kernel takes connections while the server hangs or is dead",
            instead: "dns: {name: NAME, type: SOA, transport: tcp}")
    }

    private mutating func lint(_ dns: DNSCheck, of service: Service, at way: [KeyStep]) {
        guard let port = dns.port, let serve = service.serve, serve.dns.port != port,
            serve.sites.count == network.sites.count
        else { return }
        report(
            .portNotServed, at: way + ["dns", "port"],
            "landfall serves \(service.name) at port \(serve.dns.port), and this asks port \(port): another program, or nobody",
            instead: "leave port out: the check asks the port of serve")
    }

    /// What only all checks of a service together can be wrong about.
    private mutating func lintAll(_ service: Service) {
        let way: [KeyStep] = ["services", .key(service.name), "checks"]
        let judging = service.checks.filter { $0.policy.reach == .local && $0.neighbor == nil }
        if judging.isEmpty {
            report(
                .noLocalCheck, at: way,
                "all checks that say whether \(service.name) answers are shared, and shared failures withdraw nobody: a site "
                    + "that is dead stays announced",
                instead: "one check without \"reach: shared\" that asks what the site knows by itself")
        } else if judging.allSatisfy(\.isNegative) {
            report(
                .negativeAnswersOnly, at: way,
                "only refusals are asked for, which a server without its data gives as well",
                instead: "a check beside it with rcode: NOERROR, for a name that must be there")
        } else if judging.allSatisfy({ $0.isBareTCP && !service.holdsSocket(of: $0) }) {
            report(
                .tcpConnectOnly, at: way,
                "a connection is all that is wanted of \(service.name), and the kernel opens it for a server that hangs",
                instead: "tcp: {port: PORT, send: …, expect: …}, or http or dns")
        }
    }
}

extension Check {
    fileprivate var isNegative: Bool { if case .dns(let dns) = kind { dns.rcode != .noError } else { false } }
    fileprivate var isBareTCP: Bool { if case .tcp(let tcp) = kind { tcp.expect.isEmpty } else { false } }
}

extension Service {
    fileprivate func holdsSocket(of check: Check) -> Bool {
        if case .tcp(let tcp) = check.kind { serve?.dns.port == tcp.port } else { false }
    }
}

extension ExecCheck {
    private var program: String { command[0].split(separator: "/").last.map(String.init) ?? command[0] }

    /// Without what nobody should read: findings end up in tickets and logs.
    fileprivate var shown: String { Secrets.hidden(in: command).joined(separator: " ") }

    /// Programs that can't fail, and scripts that end by saying that they haven't.
    fileprivate var alwaysPasses: Bool {
        if ["true", "echo", "printf", "sleep", "date", "hostname", "uptime"].contains(program) { return true }
        guard ["sh", "bash", "dash", "ash", "zsh"].contains(program), command.count == 3, command[1] == "-c" else {
            return false
        }
        let script = command[2].split(separator: " ").joined(separator: " ")
        let yes = ["true", ":", "exit 0", "exit"]
        return yes.contains(script) || yes.contains { script.hasSuffix("|| \($0)") || script.hasSuffix("; \($0)") }
    }

    /// Well-known programs that ask whom their arguments name, and don't look at LANDFALL_ADDRESS.
    fileprivate var isClient: Bool {
        Self.clients.contains(program) || program == "openssl" && command.contains("s_client")
    }

    private static let clients: Set = [
        "check_dig", "check_dns", "check_http", "check_smtp", "check_ssh", "check_tcp", "check_udp", "curl", "delv",
        "dig",
        "drill", "h2load", "host", "kdig", "mysqladmin", "nc", "ncat", "nslookup", "pg_isready", "redis-cli", "wget",
    ]

    /// Each address by the placeholder, or the only one written out.
    fileprivate func names(allOf service: Service) -> Bool {
        if command.contains(where: { $0.contains("{address}") }) { return true }
        guard service.addresses.count == 1, let only = service.addresses.first else { return false }
        return command.contains { $0.contains("\(only)") }
    }
}
