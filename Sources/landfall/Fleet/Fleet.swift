import Config
import Control
import FoundationEssentials
import Net

/// The hosts of a configuration, as far as `--via` reaches them.
struct Fleet: Sendable {
    let network: Network
    let members: [Member]
    private let via: Via

    /// An answer that takes longer is none.
    private static let patience = Duration.seconds(10)

    init(_ network: Network, via: String) {
        self.network = network
        members = network.sites.flatMap { site in site.hosts.map { Member(site, $0) } }
        self.via = Via(via)
    }

    func members(at site: String) -> [Member] { members.filter { $0.site == site } }

    /// A host of the configuration, as one reaches it.
    struct Member: Hashable, Sendable {
        var site: String
        var host: String
        /// Its own address, where the file has one.
        var address: String?

        init(_ site: Config.Site, _ host: Config.Host) {
            (self.site, self.host, address) = (site.name, host.name, host.unicast.first.map { "\($0)" })
        }
    }

    /// What an agent said, or why there is nothing that it said.
    enum Answer<Document: Sendable>: Sendable {
        case document(Document)
        case unreached(String)
    }

    /// `landfall status` at each, which makes sure that it is the agent of that host and no other.
    func statuses(at members: [Member]) -> [Answer<Status>] {
        ask(members) { ["status", "--json", "--site", $0.site, "--host", $0.host] }
            .map { (answer: Answer<Status>) in
                guard case .document(let status) = answer, status.network != network.name else { return answer }
                return .unreached("the agent there is of the network \(status.network)")
            }
    }

    /// A verb with `--json` at each, all at once. A document counts whatever the exit code beside it is.
    func ask<Document: Decodable & Sendable>(
        _ members: [Member], _ words: (Member) -> [String]
    ) -> [Answer<Document>] {
        let orders = members.map { Via.Order(member: $0, words: words($0)) }
        return via.run(orders, within: Self.patience).map { outcome in
            switch outcome {
            case .failed(let reason): .unreached(reason)
            case .ended(let code, let output, let talk):
                (try? JSONDecoder().decode(Document.self, from: Data(output))).map { .document($0) }
                    ?? .unreached(talk.isEmpty ? "exit code \(code), and no JSON" : talk)
            }
        }
    }
}

extension Invocation {
    /// Through `--via`; nil without it. The file is the argument, else the one that this host's agent runs with.
    func fleet(_ status: Status?) throws(Failure) -> Fleet? {
        guard let via = value("via") else { return nil }
        guard let file = argument("FILE") ?? status?.file else {
            throw Failure("\(verb.name): --via needs to know the hosts: name the configuration, FILE")
        }
        let network = try Configuration.network(file)
        if let status, status.network != network.name {
            throw Failure("\(verb.name): \(file) is of the network \(network.name), the agent of \(status.network)")
        }
        let fleet = Fleet(network, via: via)
        if fleet.members.count > 1, ["{host}", "{address}"].allSatisfy({ !via.contains($0) }) {
            throw Failure(
                "\(verb.name): --via \(quoted(via)) reaches one host only: it should hold {host} or {address}")
        }
        return fleet
    }
}
