import Config
import Glibc
import Lab

extension Verb {
    static let rehearse = Verb(
        name: "rehearse",
        summary: "Build the network of a file on this machine, break it, and say what clients saw.",
        description: """
            Every AS, site and client gets a network namespace; BIRDs are the routers (or landfall routers, where there is
            no BIRD, or with --router landfall), links have the delay of their distance, sites are real agents. Then the
            steps of the file are done, and what they expect is checked, and that clients land where the plan of the same
            file says. Nothing outside of those namespaces is touched, and nothing is left behind. Works for root, and for
            ordinary users where the kernel lets them have user namespaces. See docs/rehearsal.md.
            """,
        arguments: [.init(name: "FILE", summary: "The configuration, docs/configuration.md.", isRequired: false)],
        options: [
            .init(name: "json", summary: "Print one JSON document instead (docs/rehearsal.md)."),
            .init(
                name: "only", value: "STEP", summary: "Do only this step; may be given several times.", repeats: true),
            .init(
                name: "router", value: "PROGRAM",
                summary: "What the routers are, bird or landfall; BIRD where there is one otherwise."),
            .init(
                name: "mrai", value: "TIME",
                summary: "How long routers wait between two announcements to each other; takes --router landfall."),
            .init(name: "keep", summary: "Leave it running, and say how to look into it."),
            .init(name: "clean", summary: "End the rehearsal that was kept."),
        ],
        examples: [
            ("landfall rehearse examples/three-sites.yaml", "all of it, in under a minute"),
            ("landfall rehearse landfall.yaml --json | jq .ok", "for a program"),
            ("landfall rehearse landfall.yaml --mrai 30s", "with routers as slow as many of the Internet's"),
            ("landfall rehearse landfall.yaml --keep", "to use dig, ping and mtr in it; --clean ends it"),
        ]
    ) { invocation throws(Failure) in
        do throws(LabError) { return try Rehearsing(invocation).run() } catch { throw Failure(error) }
    }
}

/// The verb, from both sides of its namespaces.
private struct Rehearsing {
    let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func run() throws(LabError) -> Exit {
        if invocation.has("clean") { return try clean() }
        guard let file = invocation.argument("FILE") else {
            throw .input("rehearse: FILE is missing\n\(Help.usage(of: invocation.verb))")
        }
        let network: Network
        do throws(Diagnostics) { network = try Configuration.loadWithZones(file) } catch {
            throw .file("\(error)")
        }
        let only = invocation.values("only")
        let steps = network.rehearsal.steps.map(\.name)
        if let strange = only.first(where: { !steps.contains($0) }) {
            throw .input("rehearse: --only \(strange): the steps of \(file) are \(steps.joined(separator: ", "))")
        }
        let mrai = try mrai()
        let program = try RouterProgram.choose(invocation.value("router"), mrai: mrai)
        if Inside.isHere { return try inside(network, file, program, mrai ?? .zero, only) }
        if program == .landfall, invocation.value("router") == nil, mrai == nil {
            Terminal.say("landfall: no BIRD here, so the routers are landfall's own (make deps unpacks a BIRD)")
        }
        return try outside()
    }

    private func mrai() throws(LabError) -> Duration? {
        guard let text = invocation.value("mrai") else { return nil }
        if let mrai = Duration(text: text), (.zero ... .seconds(600)).contains(mrai) { return mrai }
        throw .input("rehearse: --mrai \(text): it should be a duration from 0s to 10m, such as 30s")
    }

    private func outside() throws(LabError) -> Exit {
        let (code, text) = try Outside.run(Array(CommandLine.arguments.dropFirst()), keep: invocation.has("keep"))
        Terminal.clearProgress()
        if !text.isEmpty { Terminal.say(text) }
        guard let verdict = Exit(rawValue: code) else {  // 128 and the signal that ended it
            Terminal.say("landfall: the rehearsal was interrupted, and nothing of it is left")
            exit(code)
        }
        return verdict
    }

    private func clean() throws(LabError) -> Exit {
        Terminal.say("landfall: \(try Kept.end())")
        return .done
    }

    private func inside(
        _ network: Network, _ file: String, _ program: RouterProgram, _ mrai: Duration, _ only: [String]
    ) throws(LabError) -> Exit {
        let isJSON = invocation.has("json")
        let story = Story(network)
        let (director, report) = try Inside.hold(
            network, file: file, routers: program, mrai: mrai, only: only
        ) { news in
            switch news {
            case .progress(let text): Terminal.progress(text)
            case .landings(let report): if !isJSON { show(story.landings(report)) }
            case .step(let step): if !isJSON { show(story.step(step)) }
            }
        }
        Terminal.clearProgress()
        if isJSON { Terminal.print(json: report) } else { Terminal.print(story.end(report)) }
        let verdict: Exit = report.ok ? .done : .expectationFailed
        guard invocation.has("keep") else { return verdict }
        director.dismissClients()
        Inside.stay(code: Terminal.conclude(verdict).rawValue, saying: director.waysIn)
    }

    private func show(_ text: String) {
        Terminal.clearProgress()
        Terminal.print(text + "\n")
    }
}

extension Failure {
    fileprivate init(_ error: LabError) {
        switch error {
        case .file(let problems): self.init(problems: problems)
        case .input(let text): self.init(.badInput, text)
        case .machineLacks(let text): self.init(.machineLacks, text)
        case .failed(let text): self.init(.expectationFailed, text)
        }
    }
}
