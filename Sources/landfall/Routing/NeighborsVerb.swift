import Control
import FoundationEssentials
import HTTP
import Net

extension Verb {
    static let neighbors = Verb(
        name: "neighbors",
        summary: "Sessions of a router or an agent: state, what was agreed, routes, limits, errors.",
        description: """
            Without a name a line for each; with one all that is known: since when, what both sides can do and what only one
            of them can, how many routes came, were accepted, are in use and are told, how near limits are, how the last
            session ended, and what waits for the neighbor to read.
            """,
        arguments: [Argument(name: "NAME", summary: "Of this neighbor, all of it.", isRequired: false)],
        options: [
            .routerSocket, .init(name: "json", summary: "Print one JSON document instead (docs/router-json.md)."),
        ],
        examples: [
            ("landfall neighbors", "all sessions"),
            ("landfall neighbors transit-a", "one of them in full"),
            (
                "landfall neighbors --json | jq -r '.neighbors[] | select(.state != \"Established\") | .name'",
                "those that are down"
            ),
        ]
    ) { invocation throws(Failure) in
        let answer = try invocation.neighborsAnswer
        let now = Spans.moment(answer.time) ?? .now
        let wanted = invocation.argument("NAME")
        let one = wanted == nil ? nil : answer.neighbors.first
        invocation.give(
            answer,
            one.map { NeighborScreen($0, now: now).text } ?? NeighborTable(answer.neighbors, now: now).text)
        return .done
    }
}

extension Invocation {
    /// A router's own, or made from an agent's status: both are the same document.
    fileprivate var neighborsAnswer: NeighborsAnswer {
        get throws(Failure) {
            let wanted = argument("NAME")
            var query = Query("/neighbors")
            query["name"] = wanted
            switch try askRouter(query.target, as: NeighborsAnswer.self) {
            case .done(let answer): return answer
            case .refused(404, let reason) where reason.hasPrefix("there is no /"):
                return try NeighborsAnswer(try agentStatus(), wanted)
            case .refused(let status, let reason): throw refusal(status, reason)
            }
        }
    }

    func agentStatus() throws(Failure) -> Status {
        switch try askRouter("/status", as: Status.self) {
        case .done(let status): return status
        case .refused(let status, let reason): throw refusal(status, reason)
        }
    }
}

extension NeighborsAnswer {
    /// What an agent says of its sessions. It keeps no routes, so it counts none of them but those that it announces.
    init(_ status: Status, _ wanted: String?) throws(Failure) {
        self.init()
        time = status.time
        neighbors = status.neighbors.filter { wanted == nil || $0.name == wanted }.map { neighbor in
            NeighborAnswer(neighbor, now: Spans.moment(status.time) ?? .now)
        }
        if let wanted, neighbors.isEmpty {
            let names = status.neighbors.map(\.name).joined(separator: ", ")
            throw Failure("neighbors: there is no neighbor \"\(wanted.printable(100))\"; there are \(names)")
        }
    }
}

extension NeighborAnswer {
    fileprivate init(_ neighbor: Status.Neighbor, now: Date) {
        self.init()
        (name, address, asn) = (neighbor.name, neighbor.address, neighbor.asn)
        (state, since, lastError) = (neighbor.state, neighbor.since, neighbor.lastError)
        (holdTimeSeconds, malformed) = (neighbor.holdTimeSeconds, neighbor.malformed)
        (families, disabledFamilies) = (neighbor.families, neighbor.disabledFamilies)
        capabilities = neighbor.capabilities
        prefixesReceived = Int(clamping: neighbor.prefixesReceived)
        upSeconds = neighbor.isUp ? Spans.age(of: neighbor.since, at: now).map { $0.rounded(.down) } : nil
        prefixes = Set(neighbor.advertised.map { $0.prefix.contains(":") ? "ipv6" : "ipv4" }).sorted().map { family in
            var table = Table()
            table.family = family
            table.told = neighbor.advertised.count { ($0.prefix.contains(":") ? "ipv6" : "ipv4") == family }
            return table
        }
    }
}
