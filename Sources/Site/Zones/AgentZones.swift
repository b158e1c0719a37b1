internal import Codes
internal import Config
internal import Control
internal import Daemon
internal import DNS
internal import FoundationEssentials
internal import Loop
internal import Net

/// What the agent says about the content of zones: signatures that end, and hosts that serve something else. Both are
/// alarms, and neither withdraws anything.
extension Agent {
    private static let lookAgain = Duration.seconds(10)

    /// Every few seconds: signatures grow old by themselves, and other hosts are to be asked from time to time.
    func watchZones() {
        guard !isStopping else { return }
        lookAtAlarms()
        askOthers()
        loop.after(min(Self.lookAgain, asking.map(\.every).min() ?? Self.lookAgain)) { self.watchZones() }
    }

    var zoneAlarms: [Status.Alarm] {
        services.flatMap { [signatureAlarm(of: $0), differenceAlarm(of: $0)].compactMap(\.self) }
    }

    private func serve(_ service: ServiceChild) -> DNSServe? {
        network.services.first { $0.name == service.name }?.serve(at: site.name)
    }

    // MARK: Signatures

    private func signatureAlarm(of service: ServiceChild) -> Status.Alarm? {
        guard let margin = serve(service)?.signatureMargin else { return nil }
        let now = Int64(Date().timeIntervalSince1970)
        let ending = service.outfit.copy.zones.compactMap { zone in zone.signaturesEnd.map { (zone, Int64($0)) } }
            .filter { $0.1 < now + margin.components.seconds }.sorted { $0.1 < $1.1 }
        guard let (zone, end) = ending.first else { return nil }
        let has = end <= now ? "has ended" : "ends"
        let others = ending.count > 1 ? "; \(ending.count - 1) more zones have such signatures" : ""
        let text =
            "\(zone.name): the signature of \(zone.firstToEnd ?? "a record") \(has) at \(second(end)); resolvers that "
            + "validate answer SERVFAIL from then on\(others)"
        return Status.Alarm(.signaturesEnd, end <= now ? .critical : .warning, text) { $0.service = service.name }
    }

    /// Without fractions.
    private nonisolated func second(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
    }

    // MARK: Other hosts

    private var asking: [SameData] { services.compactMap { serve($0)?.sameData } }

    private func askOthers() {
        let due = services.filter { service in
            serve(service)?.sameData.map { otherZones.isDue(service.name, $0.every, now: Loop.now) } ?? false
        }
        let questions = due.flatMap(questions)
        guard !questions.isEmpty, let asker = otherZones.begin(due.map(\.name), now: Loop.now) else { return }
        loop.offload(to: asker) { () -> [OtherZones.Question: OtherZones.Answer] in
            OtherZones.ask(questions)
        } then: { answers in
            self.otherZones.take(answers, of: questions, now: Loop.now)
            self.lookAtAlarms()
        }
    }

    /// Every zone of ours, at every other host that serves it.
    private func questions(about service: ServiceChild) -> [OtherZones.Question] {
        guard let configured = network.services.first(where: { $0.name == service.name }) else { return [] }
        let hosts = network.sites.flatMap { site in site.hosts.map { (site, $0) } }
        return hosts.flatMap { other, host -> [OtherZones.Question] in
            guard host.name != self.host.name, let serve = configured.serve(at: other.name), !host.unicast.isEmpty
            else {
                return []
            }
            let servers = host.unicast.map { Endpoint($0, port: serve.port) }
            return service.outfit.copy.zones.prefix(OtherZones.mostZones).compactMap { zone in
                guard let name = Name(zone.name).flatMap(ServerIdentity.zoneName) else { return nil }
                return OtherZones.Question(
                    service: service.name, zone: zone.name, name: name, host: host.name,
                    servers: servers, own: zone.version)
            }
        }
    }

    private func differenceAlarm(of service: ServiceChild) -> Status.Alarm? {
        guard let sameData = serve(service)?.sameData else { return nil }
        let differing = otherZones.differing(service.name, for: sameData.after, now: Loop.now)
        guard let first = differing.first else { return nil }
        let others = differing.count > 1 ? "; \(differing.count - 1) more" : ""
        return Status.Alarm(.zonesDiffer, .warning, "\(first)\(others)") { $0.service = service.name }
    }
}

extension DNSServe {
    /// What it is asked at: the service's addresses, and the host's own where others compare zones.
    func addresses(of service: Service, on host: Config.Host) -> [Address] {
        service.addresses + (sameData == nil ? [] : host.unicast)
    }
}
