internal import Config
internal import DNS
internal import Files
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

extension Director {
    /// The service gets a capacity, which the hosts of a site share, and somebody who lands there asks for more.
    func overload(_ target: Target, _ load: Rehearsal.Load, for length: Duration) throws -> Undertaking {
        guard let index = home.firstIndex(of: target.site) else {
            throw LabError.input("overload: nobody lands on \(network.sites[target.site].name), so nobody can flood it")
        }
        let goal = network.targets[index % network.targets.count]
        let client = blueprint.clients[index / network.targets.count]
        let hosts = network.hosts(of: target)
        for host in hosts { try limit(host, to: max(1, load.limit / hosts.count)) }
        let query = try Message.query(id: 1, goal.question).encode()
        let flood = Flood(loop: try Loop(name: "flood"), perSecond: load.queriesPerSecond)
        flood.start(query, at: goal.server, in: world.namespaces[client.node])
        for host in hosts {
            cast.note(
                host,
                .undone(silences: false) { [self] in
                    flood.stop()
                    try unlimit(host)
                })
        }
        let undertaking = Undertaking(.loaded(target))
        let start = Loop.now
        undertaking.goOn = { now in now - start >= length }
        undertaking.finish = { evaluation, _ in
            undertaking.flood = Report.Flood(
                client: client.name, family: "\(goal.family)", sent: flood.sent,
                queriesPerSecond: Double(load.queriesPerSecond), limit: load.limit)
        }
        return undertaking
    }

    /// Everything that asks the service meets it, the checks as well.
    private func limit(_ host: Int, to perSecond: Int) throws {
        let rules = network.targets.map { target in
            "\(target.family == .ipv4 ? "ip" : "ip6") daddr \(target.server.address) meta l4proto { tcp, udp } "
                + "th dport \(target.server.port) limit name \"capacity\" drop"
        }
        try nft(
            host,
            """
            table inet landfall {
                limit capacity { rate over \(perSecond)/second burst 5 packets; }
                chain input {
                    type filter hook input priority 0; policy accept;
                    \(rules.joined(separator: "\n        "))
                }
            }

            """)
    }

    private func unlimit(_ host: Int) throws { try nft(host, "delete table inet landfall\n") }

    private func nft(_ host: Int, _ rules: String) throws {
        let name = "nft-\(network.label(ofHost: host))"
        let file = "\(stage.folder)/\(name)"
        try File.write(Array(rules.utf8), to: file)
        let process = try cast.start(try Programs.requireNFT(), ["-f", file], as: name, at: network.node(ofHost: host))
        guard process.ends(within: .seconds(5)) else { throw LabError.failed("nft doesn't come to an end") }
        let words = stage.lastWords(of: name)
        if !words.isEmpty { throw LabError.failed("nft refused the limit:\n\(words)") }
    }
}
