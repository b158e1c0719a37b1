import Config
import Daemon
import Glibc
import Site

extension Verb {
    static let agent = Verb(
        name: "run",
        summary: "Be the agent at a site: check, announce, withdraw, serve.",
        description: """
            Puts the service addresses on lo, starts the service, checks it at its own address, and announces the prefixes
            to the site's neighbors while the checks pass. SIGTERM withdraws, waits, and takes the addresses away.
            Started as root it becomes the user landfall, or nobody, and keeps only what it needs. See docs/agent.md, and
            docs/running.md for the systemd unit.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            .site, .host,
            Option(
                name: "socket", value: "PATH", summary: "The control socket; \(ControlSocket.defaultPath) otherwise."),
            Option(
                name: "state", value: "DIR",
                summary: "Where drains, penalties, history and events are kept; \(StatePlace.defaultPath) otherwise."),
            .user, .daemonEvents, .daemonQuiet,
        ],
        examples: [
            ("landfall run landfall.yaml --site fra", "the agent of a site with one host"),
            ("landfall run landfall.yaml", "that of the host that is called like this machine"),
            ("landfall run landfall.yaml --site fra --host fra1", "the agent of one of several hosts"),
            ("landfall run landfall.yaml --site fra --events - --quiet | jq .", "what happens, for a program"),
        ]
    ) { invocation throws(Failure) in
        var order = AgentProcess.Invocation(
            file: whole(try invocation.required("FILE")), wanted: invocation.wantedHost)
        order.socket = invocation.value("socket")
        order.state = invocation.value("state")
        order.user = invocation.value("user")
        order.startOptions = StartOptions(
            socket: order.socket.map(whole), state: order.state.map(whole), user: order.user)
        order.events = invocation.value("events")
        order.isQuiet = invocation.has("quiet")
        do throws(Refusal) { try AgentProcess.run(order) } catch { throw Failure(error, of: "run") }
    }
}

extension Verb.Option {
    /// Of whatever runs until it is told to end.
    static let user = Verb.Option(name: "user", value: "NAME", summary: "Whom to become when started as root.")
    static let daemonEvents = Verb.Option(
        name: "events", value: "PATH", summary: "Append a line of JSON per event; - is standard output.")
    static let daemonQuiet = Verb.Option(
        name: "quiet", summary: "Say nothing on standard error but why it doesn't start.")

    static let site = Verb.Option(
        name: "site", value: "NAME",
        summary:
            "Which site of the file this is; $LANDFALL_SITE otherwise, or where a host is called like this machine.")
    static let host = Verb.Option(
        name: "host", value: "NAME",
        summary:
            "Which host this is; $LANDFALL_HOST otherwise, the site's only one, or the one called like this machine.")
}

extension Invocation {
    /// Who this machine is in the file.
    var wantedHost: WantedHost {
        let site = value("site") ?? variable("LANDFALL_SITE")
        return WantedHost(site: site, host: value("host") ?? variable("LANDFALL_HOST"), machine: machineName)
    }
}

extension Network {
    func host(of invocation: Invocation) throws(Failure) -> (Config.Site, Config.Host) {
        do throws(Refusal) {
            let found = try invocation.wantedHost.find(in: self)
            return (found.site, found.host)
        } catch { throw Failure(error, of: invocation.verb.name) }
    }
}

/// nil when it isn't set, or is empty.
func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }

/// `fra1` of `fra1.example.org`.
private var machineName: String? {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return nil }
    let first = name.prefix { $0 != 0 && $0 != 0x2e }
    return first.isEmpty ? nil : String(decoding: first.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

extension Failure {
    init(_ refusal: Refusal, of verb: String) {
        if let diagnostics = refusal.diagnostics {
            self.init(diagnostics)
            return
        }
        self.init(refusal.exitCode == Exit.badInput.rawValue ? .badInput : .machineLacks, "\(verb): \(refusal)")
    }
}

/// From the root, but through whatever links it leads: a link that points elsewhere tomorrow is followed at the next
/// reload.
func whole(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
}

/// Children have the same working folder, but a rule that names it (Landlock) wants the whole path.
func absolute(_ path: String) throws(Failure) -> String {
    guard let real = realpath(path, nil) else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer { free(real) }
    return String(cString: real)
}
