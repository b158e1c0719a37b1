import Config
import Daemon
import Site

extension Verb {
    static let serve = Verb(
        name: "serve",
        summary: "Answer DNS queries: what an agent starts, or systemd, or you.",
        description: """
            Answers on the sockets that were handed over by the convention of sd_listen_fds(3), one for each address, thread
            and transport; without any, it opens them itself. Gives up every right that it doesn't need first.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            .site, .host,
            Option(name: "service", value: "NAME", summary: "Which service of the file; the only one otherwise."),
        ],
        examples: [
            ("landfall serve landfall.yaml --site fra", "only the nameserver, on addresses that this host has"),
            (
                "systemd-socket-activate -d -l 127.0.0.1:5353 landfall serve landfall.yaml --site fra",
                "on a socket that was handed over"
            ),
        ]
    ) { invocation throws(Failure) in
        let handed = HandedOver()
        if handed.isByAgent {
            do throws(Refusal) { try ServeProcess.run(handed) } catch { throw Failure(error, of: "serve") }
        }
        let path = try invocation.required("FILE")
        let network = try Configuration.network(path)
        let (site, host) = try network.host(of: invocation)
        let service = try network.service(of: invocation)
        let file = try absolute(path)
        do throws(Refusal) {
            try ServeProcess.run(network, at: site, on: host, service: service, file: file, handed)
        } catch {
            throw Failure(error, of: "serve")
        }
    }
}

extension Network {
    fileprivate func service(of invocation: Invocation) throws(Failure) -> Service {
        let served = services.filter { $0.serve != nil }
        let known = served.map(\.name).joined(separator: ", ")
        guard let name = invocation.value("service") else {
            if served.count == 1 { return served[0] }
            throw Failure("serve: --service NAME is missing; the file serves \(known.isEmpty ? "nothing" : known)")
        }
        guard let service = served.first(where: { $0.name == name }) else {
            throw Failure("serve: --service \(name): the file serves \(known.isEmpty ? "nothing" : known)")
        }
        return service
    }
}
