internal import Glibc
internal import HTTP
package import Loop
package import Net

/// `GET /metrics` over TCP, at the addresses that the file asks for and nowhere else.
///
/// Nobody is let in by name, so whoever reaches the port is bounded: connections, the size of a request, its time, what is
/// left unread. A page is made once a second at most, however often it is asked for, so that a flood of scrapes costs the
/// checks no more than one does. A port that can't be had is tried again: it keeps nobody from announcing.
package final class MetricsServer {
    package struct Counters: Hashable, Sendable {
        package var scrapes: UInt64 = 0
        /// Bytes that were no request.
        package var malformed: UInt64 = 0
        /// Connections closed because there were too many.
        package var refused: UInt64 = 0
        /// Spent on making pages.
        package var seconds = 0.0
    }

    private static let retry = Duration.seconds(5)
    private static let freshness = Duration.seconds(1)

    private let loop: Loop
    private let page: () -> [UInt8]
    private let onTrouble: (String?) -> Void
    private var wanted: [Endpoint] = []
    private var servers: [Endpoint: ControlServer] = [:]
    private var retrying: Timer?
    private var last: (made: Instant, page: [UInt8])?
    private var ended = Counters()

    /// `page` makes one. `onTrouble` is told why the wanted addresses can't be listened at, and nil when they can.
    package init(loop: Loop, page: @escaping () -> [UInt8], onTrouble: @escaping (String?) -> Void) {
        (self.loop, self.page, self.onTrouble) = (loop, page, onTrouble)
    }

    /// Listens there from now on; where it did already, connections go on.
    package func listen(at endpoints: [Endpoint]) {
        wanted = endpoints
        for endpoint in servers.keys where !endpoints.contains(endpoint) { close(endpoint) }
        tryToListen()
    }

    package func close() { listen(at: []) }

    package var counters: Counters {
        servers.values.reduce(into: ended) { $0.add($1.counters) }
    }

    private func close(_ endpoint: Endpoint) {
        guard let server = servers.removeValue(forKey: endpoint) else { return }
        ended.add(server.counters)
        server.close()
    }

    /// An address that isn't this host's is no trouble as long as another one is: the file names those of all hosts, and
    /// there may be no IPv6.
    private func tryToListen() {
        if let retrying { loop.cancel(retrying) }
        retrying = nil
        var (troubles, absent) = ([String](), [String]())
        for endpoint in wanted where servers[endpoint] == nil {
            do throws(SystemError) { servers[endpoint] = try serve(endpoint) } catch {
                let isAbsent = [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.code)
                if isAbsent { absent.append("\(error)") } else { troubles.append("\(error)") }
            }
        }
        if servers.isEmpty { troubles += absent }
        onTrouble(troubles.isEmpty ? nil : troubles.joined(separator: "; "))
        guard !troubles.isEmpty || !absent.isEmpty else { return }
        retrying = loop.after(Self.retry) { [weak self] in self?.tryToListen() }
    }

    private func serve(_ endpoint: Endpoint) throws(SystemError) -> ControlServer {
        let socket = try Socket.listen(at: endpoint)
        var limits = ControlServer.Limits()
        (limits.connections, limits.body) = (16, 0)
        limits.shared = 0  // each scrape is counted, and the page is kept here
        return try ControlServer(loop: loop, socket: socket, limits: limits) { [weak self] request, _, reply in
            reply(self?.answer(request) ?? Response(503))
        }
    }

    private func answer(_ request: Request) -> Response {
        let path = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        guard path == "/metrics" else { return .plain(404, "there is /metrics") }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .plain(405, "/metrics takes GET and HEAD", [Field("Allow", "GET, HEAD")])
        }
        ended.scrapes += 1
        return Response(200, fields: [Field("Content-Type", MetricsPage.contentType)], body: freshPage)
    }

    private var freshPage: [UInt8] {
        let now = Loop.now
        if let last, now - last.made < Self.freshness { return last.page }
        let fresh = page()
        last = (now, fresh)
        ended.seconds += (Loop.now - now).milliseconds / 1000
        return fresh
    }
}

extension MetricsServer.Counters {
    fileprivate mutating func add(_ counters: ControlServer.Counters) {
        malformed += counters.malformed
        refused += counters.refused
    }
}

extension Response {
    fileprivate static func plain(_ status: Int, _ text: String, _ fields: [Field] = []) -> Response {
        let type = Field("Content-Type", "text/plain; charset=utf-8")
        return Response(status, fields: [type] + fields, body: Array("\(text)\n".utf8))
    }
}
