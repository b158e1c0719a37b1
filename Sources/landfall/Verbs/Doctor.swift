import Config
import Daemon
import Doctor
import FoundationEssentials
import Glibc
import Net
import Site

extension Verb {
    static let doctor = Verb(
        name: "doctor",
        summary: "Examine this machine before (and while) an agent runs on it.",
        description: """
            Looks at rights, ports, addresses, neighbors, kernel settings, connection tracking, buffers, clock and disk, and
            says of each thing that it finds what it saw, why it hurts, and the command that helps. It changes nothing, and
            connects to neighbors that nobody here has a session with, once; a running agent is asked instead. As root it
            sees more: what it can't see, it says. Exit code 1 for an error, or with --strict for a warning; see
            docs/doctor.md.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            .site, .host,
            Option(name: "strict", summary: "A warning counts as an error does."),
            .socket, .ownState,
            Option(name: "user", value: "NAME", summary: "Whom the agent becomes when started as root."),
            .json,
        ],
        examples: [
            ("landfall doctor landfall.yaml", "for the host of the file that is called like this machine"),
            ("landfall doctor landfall.yaml --site fra --host fra1 --strict", "before the agent of a host is started"),
            ("landfall doctor landfall.yaml --site fra --json | jq '.findings[]'", "what is found, for a program"),
        ]
    ) { invocation throws(Failure) in
        let file = whole(try invocation.required("FILE"))
        let network = try Configuration.network(file)
        let wanted = invocation.wantedHost
        let subject = try invocation.subject(network, wanted, file)
        let report: Report
        Terminal.progress("looking at this machine and its neighbors…")
        do throws(SystemError) {
            let (looks, agents) = try Examination.run(subject) { contentHash(of: file, at: wanted) }
            report = Report(looks, of: subject, agents: agents, isStrict: invocation.has("strict"))
        } catch { throw Failure(.machineLacks, "doctor: this machine can't be examined: \(error)") }
        Terminal.clearProgress()
        invocation.give(report, DoctorText(report, width: Terminal.screenWidth).text)
        return report.ok ? .done : .expectationFailed
    }
}

extension Invocation {
    fileprivate func subject(_ network: Network, _ wanted: WantedHost, _ file: String) throws(Failure) -> Subject {
        do throws(Refusal) {
            let found = try wanted.find(in: network)
            var subject = Subject(
                network, site: found.site, host: found.host, file: file, socket: socket,
                state: ownStateFolder, user: try Launch.chosenUser(value("user")),
                rights: network.rights)
            // One that is only asked, since the system's agent has it, isn't where whoever asks would make one.
            subject.isSocketGiven = socket != ControlSocket.defaultPath && socket != ControlSocket.usualPath
            subject.isStateGiven = ownStateFolder != StatePlace.defaultPath
            subject.sessionsSeen = EventFiles(in: subject.state).sessionsSeen(at: .now)
            return subject
        } catch { throw Failure(error, of: "doctor") }
    }
}

extension EventFiles {
    private static let mostLooked = 1000

    /// How long ago each neighbor last had a session with the agent. One that is up at the end was so when the agent said
    /// its last. Empty for whoever may not read that.
    fileprivate func sessionsSeen(at now: Date) -> [String: Duration] {
        guard let all = try? latest(Self.mostLooked, where: { _ in true }), let last = all.last else { return [:] }
        var seen: [String: Duration] = [:]
        for event in all where [.sessionUp, .sessionDown].contains(event.event) {
            let end = event.event == .sessionUp ? last : event
            guard let neighbor = event.neighbor, let age = Spans.age(of: end.time, at: now) else { continue }
            seen[neighbor] = .seconds(age)
        }
        return seen
    }
}
