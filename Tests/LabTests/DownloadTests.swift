import Kernel
import Loop
import Net
import Testing

@testable import Lab

@Suite("A long download")
struct DownloadTests {
    private func download(_ opened: Int, heard: Int, _ end: (Connection.End, Int)? = nil) -> Download {
        var connection = Connection(opened: at(opened), host: "fra1")
        connection.lastHeard = at(heard)
        if let end { connection.end(end.0, at: at(end.1)) }
        var download = Download()
        download.connections = [connection]
        return download
    }

    @Test("one that goes on beyond the step was kept; before that, nobody knows")
    func kept() {
        #expect(download(-1000, heard: 3000).fate(from: at(0), to: at(2000)) == .kept)
        #expect(download(-1000, heard: 2100).fate(from: at(0), to: at(2000)) == .undecided)
    }

    @Test("one that was reset or fell silent was broken, also when that shows after the end of the step")
    func broken() {
        #expect(download(-1000, heard: 100, (.reset, 300)).fate(from: at(0), to: at(2000)) == .broken(.reset))
        #expect(download(-1000, heard: 1500, (.silent, 3500)).fate(from: at(0), to: at(2000)) == .broken(.silent))
    }

    @Test("one that ended before the step, or was opened in it, says nothing")
    func none() {
        #expect(download(-1000, heard: -500, (.reset, -400)).fate(from: at(0), to: at(2000)) == .none)
        #expect(download(300, heard: 3000).fate(from: at(0), to: at(2000)) == .none)
        #expect(Download().fate(from: at(0), to: at(2000)) == .none)
    }

    @Test("the server says who it is and goes on; when it is gone the client knows, and opens the next one")
    func alive() async throws {
        let address = try #require(Address("127.0.0.1"))
        let server = DownloadServer(loop: try Loop(name: "downloads"), port: 4019)
        try await server.listen(at: address, in: Namespace.current(), as: "fra1")
        let client = Downloader(loop: try Loop(name: "client"), servers: [Endpoint(address, port: 4019)])
        client.start()
        try await waiting("a download") { client.downloads[0].connections.count == 1 }
        let first = client.downloads[0].connections[0]
        #expect(first.host == "fra1" && first.end == nil)
        try await waiting("more") { client.downloads[0].connections[0].lastHeard > first.opened }
        await server.close()
        try await waiting("its end") { client.downloads[0].connections[0].end == .reset }
        let other = DownloadServer(loop: try Loop(name: "downloads"), port: 4019)
        try await other.listen(at: address, in: Namespace.current(), as: "sin1")
        try await waiting("the next one") { client.downloads[0].connections.count == 2 }
        #expect(client.downloads[0].connections[1].host == "sin1" && client.downloads[0].connections[1].end == nil)
        client.stop()
    }

    private func waiting(_ what: String, _ isThere: () -> Bool) async throws {
        for _ in 0..<500 where !isThere() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isThere(), "waited 5 s for \(what)")
    }
}
