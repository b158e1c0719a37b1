import FoundationEssentials
import Glibc
import Peers

/// One failure, and what came of it.
struct Trial: Sendable {
    var setting: Setting
    var failure: Failure
    var contender: Contender
    /// Seconds from when the client has landed at the site to the failure.
    var delay: Double
    /// Where nobody noticed that a checker is dead, the service is hung afterwards, to see what that costs.
    var looksOn = false

    /// After this the failure counts as not noticed.
    static let limit = 30.0

    func perform(in field: Field) async throws -> Run {
        let (edge, log) = try await field.startEdge()
        let announcer = try await contender.start(in: field, setting)
        let client = try field.startClient()
        do {
            try await announcer.hurried { try await landed(client, at: .site, since: 0, within: 90) }
            try await Task.sleep(for: .seconds(delay))
        } catch {
            await announcer.end([])
            throw PeerError("\(setting.rawValue), \(failure.rawValue), \(contender.rawValue): \(error)")
        }
        let known = announcer.processes()
        let (victims, signal) = announcer.victims(of: failure)
        let (failed, clock) = (Double(Client.now()) / 1e9, Date.now)
        for victim in victims { victim.signal(signal) }

        var run = Run(outage: 0)
        if await !moves(client, since: failed, asking: edge) {
            run.isCheckerBack = announcer.checker().contains { !known.contains($0) }
            if looksOn { run.isNoticedLater = await hangs(announcer.service(), client, edge) }
        }
        try? await Task.sleep(for: .milliseconds(300))
        client.signal(SIGTERM)
        _ = try? await client.wait(.seconds(5))
        await announcer.end(known)
        await edge.stop()
        run.note(Trace(text: client.output).upTo(failed + Self.limit), failed)
        run.note(log: readFile(log) ?? "", clock)
        return run
    }

    /// Hangs the service once more, and says whether that is noticed.
    private func hangs(_ service: [ProcessRecord], _ client: Child, _ edge: BIRD) async -> Bool {
        let hung = Double(Client.now()) / 1e9
        for process in service { process.signal(SIGSTOP) }
        return await moves(client, since: hung, asking: edge)
    }

    /// The site's router is asked for the route all the time. Left alone, BIRD 2.0.12 acts on a hold timer that has expired
    /// only when something else wakes it, up to a second later: chance that has nothing to do with who announces.
    private func moves(_ client: Child, since: Double, asking edge: BIRD) async -> Bool {
        async let moved: Void = landed(client, at: .survivor, since: since, within: Self.limit)
        let asking = Task {
            let router = try edge.conversation()
            while !Task.isCancelled, try router.hasRoute(to: Field.address + "/32") {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { asking.cancel() }
        return (try? await moved) != nil
    }

    /// Waits for the client's line that says so.
    private func landed(
        _ client: Child, at answer: Trace.Answer, since: Double, within limit: Double
    ) async throws {
        try await eventually("the client lands at the \(answer)", within: .seconds(limit)) {
            try await Task.sleep(for: .milliseconds(15))
            return client.output.split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                return words.count == 3 && words[0] == "now" && words[2] == "\(answer.rawValue)"
                    && Double(words[1]).map { $0 / 1e9 >= since } == true
            }
        }
    }
}

/// Times in seconds; nil: it never happened.
struct Run: Sendable {
    /// Until the survivor answered the client.
    var moved: Double?
    /// How long the client was without answers.
    var outage: Double
    /// Until the site's router had no route to the site any more.
    var gone: Double?
    /// After a failure that nobody noticed: whether there is another checker, and whether a service that hangs then is
    /// noticed.
    var isCheckerBack: Bool?
    var isNoticedLater: Bool?

    mutating func note(_ trace: Trace, _ failed: Double) {
        (moved, outage) = (trace.moved(after: failed), trace.outage(after: failed))
    }

    mutating func note(log: String, _ failed: Date) {
        let time = RouterLog.removed(in: log, after: failed)?.timeIntervalSince(failed)
        gone = time.flatMap { $0 <= Trial.limit ? $0 : nil }
    }
}

/// What BIRD's log says of the site's route.
enum RouterLog {
    /// When the route of the session with the host went for the first time after `start`.
    static func removed(in log: String, after start: Date) -> Date? {
        log.split(separator: "\n").lazy.filter { $0.contains("host.ipv4 > removed") }.compactMap(date)
            .first { $0 >= start }
    }

    /// `2026-11-21 13:50:58.839443`, in local time, as the wall clock is asked here too.
    static func date(_ line: Substring) -> Date? {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3 else { return nil }
        let numbers = (words[0].split(separator: "-") + words[1].split(separator: ":")).map(String.init)
        guard numbers.count == 6, let seconds = Double(numbers[5]) else { return nil }
        var parts = tm()
        let whole = numbers.prefix(5).compactMap { Int32($0) }
        guard whole.count == 5 else { return nil }
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (whole[0] - 1900, whole[1] - 1, whole[2])
        (parts.tm_hour, parts.tm_min, parts.tm_isdst) = (whole[3], whole[4], -1)
        let base = mktime(&parts)
        return base == -1 ? nil : Date(timeIntervalSince1970: Double(base) + seconds)
    }
}
