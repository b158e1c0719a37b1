import Config
import Control
import HTTP
import Net

extension Verb {
    static let drain = Verb(
        name: "drain",
        summary: "Move traffic away from here on purpose, then withdraw; sessions stay up.",
        description: """
            Says first what it will do: what is made less preferred, the load that moves, and which others were confirmed
            as announcing. Then it does it and waits until traffic has moved or the time is over. When more than 20 % of
            the traffic is still here by then, it stays announced, and that is exit code 1; --force withdraws all the same.
            A drain outlives restarts of the agent and of the machine. `landfall undrain` ends it.

            Where nothing is left of a prefix at this host afterwards, somebody else must be confirmed as announcing it:
            --via runs `landfall status` at the other hosts of the configuration. Without that it takes --force, or
            --confirmed by somebody who knows.
            """,
        arguments: [
            Argument(
                name: "FILE", summary: "The configuration that has the other hosts; the agent's own otherwise.",
                isRequired: false)
        ],
        options: [
            Option(name: "host", summary: "All that this host announces."),
            Option(name: "service", value: "NAME", summary: "The prefixes of one service."),
            Option(name: "neighbor", value: "NAME", summary: "All that one neighbor is told."),
            Option(name: "site", value: "NAME", summary: "All hosts of a site, through --via."),
            .via,
            Option(
                name: "wait", value: "TIME",
                summary: "How long traffic gets to move; as the configuration says otherwise."),
            Option(name: "for", value: "TIME", summary: "Ends by itself after this: 30m."),
            Option(name: "force", summary: "Without confirmation, and withdraw however much traffic stays."),
            .confirmed,
            Option(name: "no-wait", summary: "Return as soon as the agent has begun."),
            Option(name: "dry-run", summary: "Say what it would do, and do nothing."),
            .socket, .json,
        ],
        examples: [
            ("landfall drain --host --via 'ssh {host}' --for 30m", "this host, for work on it"),
            ("landfall drain --neighbor transit-a", "one router; others of this host stay"),
            ("landfall drain --site fra --via 'ssh {host}' landfall.yaml", "a whole site, from anywhere"),
            ("landfall drain --host --dry-run", "what it would do"),
        ]
    ) { invocation throws(Failure) in
        try DrainOptions(invocation).site == nil
            ? HostDrain(invocation).run() : SiteDrain(invocation).run()
    }
}

extension Verb.Option {
    static let via = Verb.Option(
        name: "via", value: "COMMAND",
        summary: "Runs `landfall` at other hosts: 'ssh {host}'; {site} and {address} are filled in, too.")
    static let confirmed = Verb.Option(
        name: "confirmed", value: "SITES", summary: "You know that these announce: --confirmed sin,gru.")
}

/// What was asked for.
struct DrainOptions {
    /// Of this host; nil with `--site`.
    var target: OrderTarget?
    var site: String?
    var order: DrainOrder
    var isWaiting: Bool
    var vouched: [String]

    init(_ invocation: Invocation) throws(Failure) {
        let named = ["host", "service", "neighbor", "site"].filter(invocation.has)
        guard named.count == 1, let kind = named.first else {
            throw Failure(
                "\(invocation.verb.name): say what: one of --host, --service NAME, --neighbor NAME, --site NAME")
        }
        site = invocation.value("site")
        target = site == nil ? OrderTarget(OrderTarget.Kind(rawValue: kind) ?? .host, invocation.value(kind)) : nil
        order = DrainOrder(target ?? OrderTarget(.host))
        order.waitSeconds = try invocation.seconds("wait", DrainOrder.waitSecondsRange)
        order.forSeconds = try invocation.seconds("for", DrainOrder.forSecondsRange)
        (order.force, order.dryRun) = (invocation.has("force"), invocation.has("dry-run"))
        isWaiting = !invocation.has("no-wait")
        vouched = invocation.vouched
    }
}

extension Invocation {
    /// The sites of `--confirmed`.
    var vouched: [String] { (value("confirmed") ?? "").split(separator: ",").map(String.init) }

    /// `30s`, `5m`.
    func seconds(_ option: String, _ range: ClosedRange<Double>) throws(Failure) -> Double? {
        guard let text = value(option) else { return nil }
        guard let time = Duration(text: text), range.contains(time.milliseconds / 1000) else {
            throw Failure(
                "\(verb.name): --\(option) \(text): it should be a time such as 30s, 5m or 1h, of \(range.upperBound / 3600) h at most"
            )
        }
        return time.milliseconds / 1000
    }
}
