import Config
import Dialect

extension Verb {
    static let handoff = Verb(
        name: "handoff",
        summary: "Write what the other side of a site's sessions needs: router configuration, ROAs, route objects.",
        description: """
            For the operators of a site's neighbors: sessions, filters that accept exactly what the file announces,
            graceful shutdown, multipath where the site has several hosts; a part to be added to a router that runs. For
            you: the ROAs and the route objects to create, of all sites. Nothing is sent anywhere. See docs/handoff.md.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            Option(name: "site", value: "NAME", summary: "Whose neighbors."),
            Option(
                name: "neighbor", value: "NAME", summary: "Only this one; may be given several times.", repeats: true),
            Option(name: "for", value: "PLATFORM", summary: "What runs on their routers: bird, frr, junos or iosxr."),
            Option(name: "only", value: "PART", summary: "Nothing but this: router, roas (as JSON) or objects (RPSL)."),
            .json,
        ],
        examples: [
            ("landfall handoff landfall.yaml --site fra --for junos", "all of it, to read and to send"),
            (
                "landfall handoff landfall.yaml --site fra --for bird --only router",
                "what bird.conf includes"
            ),
            ("landfall handoff landfall.yaml --site fra --only roas", "ROAs for a tool"),
        ]
    ) { invocation throws(Failure) in
        try Handing(invocation).run()
    }
}

/// The verb, its command line understood.
private struct Handing {
    enum Part: String, CaseIterable { case router, roas, objects }

    let invocation: Invocation
    let part: Part?
    /// nil where no part of it depends on what runs on routers.
    let platform: Handoff.Platform?

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        part = try invocation.choice("only")
        platform = try invocation.choice("for")
        if part != nil, invocation.has("json") {
            throw Failure("handoff: --json has all parts; leave --only out")
        }
        if platform == nil, part == nil || part == .router {
            throw Failure(
                "handoff: --for PLATFORM is missing: \(choices(Handoff.Platform.self))\n\(Help.usage(of: invocation.verb))"
            )
        }
    }

    func run() throws(Failure) -> Exit {
        let package = try HandoffPackage(
            try invocation.required("FILE"), site: try invocation.required("site"),
            neighbors: invocation.values("neighbor"))
        switch (part, platform) {
        case (.roas, _): Terminal.print(json: ROAs(package))
        case (.objects, _): Terminal.print(HandoffText(package).objects)
        case (.router, let platform?): Terminal.print(try HandoffText(package).routers(platform))
        case (nil, let platform?):
            invocation.give(HandoffReport(package, platform), HandoffText(package).text(platform))
        case (_, nil): break  // refused above
        }
        return .done
    }
}

extension Invocation {
    /// One of the few words that an option takes; nil when it wasn't given.
    fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ option: String
    ) throws(Failure) -> Choice? {
        guard let text = value(option) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        throw Failure("\(verb.name): --\(option) \(text): it should be \(choices(Choice.self))")
    }
}

/// `bird, frr, junos or iosxr`.
private func choices<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> String {
    let words = Choice.allCases.map(\.rawValue)
    return words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
}
