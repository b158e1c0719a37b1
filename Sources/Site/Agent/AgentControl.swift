internal import Daemon

extension Agent: Controlled {
    /// All that can be asked for, in the order of the 404's list.
    static let controlRoutes: [ControlRoute<Agent>] = [
        ControlRoute("GET", "/status") { agent, _, reply in reply(.json(agent.currentStatus())) },
        ControlRoute("GET", "/history") { agent, _, reply in reply(.json(agent.operatorHistory)) },
        ControlRoute("POST", "/drain") { agent, asked, reply in agent.drain(asked, reply) },
        ControlRoute("POST", "/undrain") { agent, asked, reply in agent.undrain(asked, reply) },
        ControlRoute("POST", "/undo") { agent, asked, reply in agent.undo(asked, reply) },
        ControlRoute("GET", "/accepted") { agent, _, reply in agent.listAccepted(reply) },
        ControlRoute("POST", "/reload") { agent, asked, reply in agent.reload(asked, reply) },
        ControlRoute("POST", "/confirm") { agent, asked, reply in agent.confirm(asked, reply) },
        ControlRoute("POST", "/rollback") { agent, asked, reply in agent.rollback(asked, reply) },
        ControlRoute("GET", "/dns/stats") { agent, _, reply in reply(.json(agent.dnsStats)) },
        ControlRoute("GET", "/dns/zones") { agent, _, reply in reply(.json(agent.dnsZones)) },
        ControlRoute("GET", "/dns/clients") { agent, _, reply in agent.listClients(ofYesterday: false, reply) },
        ControlRoute("GET", "/dns/clients/yesterday") { agent, _, reply in
            agent.listClients(ofYesterday: true, reply)
        },
        ControlRoute("POST", "/check-now") { agent, asked, reply in agent.checkNow(asked, reply) },
    ]

    var socketPath: String { options.socket }

    func noteRefusal(of order: String, by name: String, _ reason: String) {
        say(.refused) { ($0.by, $0.reason) = (name, "\(order): \(reason)") }
    }
}
