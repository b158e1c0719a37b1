import Foundation
import Glibc
import Peers
import Testing

/// `landfall router` as operators run it: two of them, each in a namespace, with a cable between them.
@Suite("A router as a process")
struct ProcessTests {
    static let lack = Sandbox.lack ?? (geteuid() == 0 ? nil : "needs root")

    private final class Scene: Sendable {
        /// By the names of their routers.
        let sandboxes: [String: Sandbox]
        let folder: String

        init() async throws {
            folder = try makeFolder()
            chmod(folder, 0o777)
            let (a, b) = (try await Sandbox(), try await Sandbox())
            try await a.connect(to: b, as: "to-b", ["192.0.2.1/24"], otherwise: "to-a", ["192.0.2.2/24"])
            sandboxes = ["a": a, "b": b]
            try write(first: "[198.51.100.0/24]")
        }

        deinit { removeFolder(folder) }

        var file: String { folder + "/pair.yaml" }

        func write(first networks: String, asn: Int = 64500) throws {
            try writeFile(
                file,
                """
                routers:
                  a:
                    asn: \(asn)
                    router-id: 192.0.2.1
                    policy: gao-rexford
                    networks: \(networks)
                    neighbors: [{name: b, address: 192.0.2.2, local-address: 192.0.2.1, asn: 64501, role: customer, connect-retry: 1s}]
                  b:
                    asn: 64501
                    router-id: 192.0.2.2
                    policy: gao-rexford
                    networks: [203.0.113.0/24]
                    neighbors: [{name: a, address: 192.0.2.1, local-address: 192.0.2.2, asn: 64500, role: provider, connect-retry: 1s, log-routes: true}]

                """)
            chmod(file, 0o644)
        }

        func socket(_ name: String) -> String { "\(folder)/\(name).sock" }

        func router(_ name: String) throws -> Child {
            try #require(sandboxes[name]).start(
                Landfall.path,
                ["router", file, "--name", name, "--socket", socket(name), "--events", "\(folder)/\(name).events"])
        }

        /// What a verb prints, data and talk alike.
        func landfall(_ arguments: String...) async throws -> (status: Int32, output: String) {
            try await #require(sandboxes["a"]).run(Landfall.path, arguments)
        }

        func events(_ name: String) -> [String] {
            (readFile("\(folder)/\(name).events") ?? "").split(separator: "\n").map(String.init)
        }

        func has(_ name: String, _ parts: String...) -> Bool {
            events(name).contains { event in parts.allSatisfy { event.contains($0) } }
        }
    }

    @Test(
        "two of them exchange routes; one that goes says why; a bad file keeps the old one; one socket has one router",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func life() async throws {
        let scene = try await Scene()
        let (a, b) = (try scene.router("a"), try scene.router("b"))
        try await eventually("b hears the route of a") {
            scene.has("b", "\"routes\"", "\"announced\":[\"198.51.100.0/24\"]")
        }

        let second = try scene.router("a")
        #expect(try await second.wait().status == 3)
        #expect(second.output.contains("Another process answers there"))

        let status = try await scene.landfall("neighbors", "--socket", scene.socket("a"))
        #expect(status.status == 0 && status.output.contains("Established"), "\(status.output)")

        try scene.write(first: "[198.51.100.0/24, 192.0.2.128/25]")
        let reload = try await scene.landfall("reload", "--socket", scene.socket("a"))
        #expect(reload.status == 0 && reload.output.contains("+ prefix 192.0.2.128/25"), "\(reload.output)")
        try await eventually("b hears of the new prefix") { scene.has("b", "192.0.2.128/25") }

        let text = try String(contentsOf: URL(filePath: scene.file), encoding: .utf8)
        try writeFile(scene.file, text.replacing("customer,", with: "customer, max-prefixes: 50,"))
        let limits = try await scene.landfall("reload", "--dry-run", "--socket", scene.socket("a"))
        #expect(limits.output.contains("~ neighbor b: limits") && !limits.output.contains("reset"), "\(limits.output)")
        try writeFile(scene.file, text.replacing("customer,", with: "customer, hold-time: 30s,"))
        let reset = try await scene.landfall("reload", "--dry-run", "--socket", scene.socket("a"))
        #expect(reset.output.contains("~ neighbor b: hold-time (its session is reset)"), "\(reset.output)")

        let agents = try await scene.landfall("status", "--socket", scene.socket("a"))
        #expect(agents.status == 2 && agents.output.contains("is the router a, and this is asked of an agent"))
        let undrain = try await scene.landfall("undrain", "--host", "--socket", scene.socket("a"))
        #expect(undrain.status == 2 && undrain.output.contains("is the router a"), "\(undrain.output)")

        try writeFile(scene.file, "routers: x\n")
        a.signal(SIGHUP)
        try await eventually("a refuses the bad file") { scene.has("a", "reload-refused", "pair.yaml:1:10: routers") }
        try scene.write(first: "[]", asn: 64509)
        let bad = try await scene.landfall("reload", "--socket", scene.socket("a"))
        #expect(bad.status == 2, "networks is empty: \(bad.output)")
        try scene.write(first: "[198.51.100.0/24]", asn: 64509)
        let other = try await scene.landfall("reload", "--socket", scene.socket("a"))
        #expect(other.status == 1 && other.output.contains("another ASN takes a new router"), "\(other.output)")
        #expect(!scene.has("b", "session-down"))

        a.signal(SIGTERM)
        #expect(try await a.wait().status == 0)
        try await eventually("b knows why a went") {
            scene.has("b", "session-down", "Cease/Administrative Shutdown: the router stops")
        }
        #expect(access(scene.socket("a"), F_OK) != 0)
        b.signal(SIGTERM)
        #expect(try await b.wait().status == 0)
    }

    @Test(
        "routes are in the kernel's table while it runs, whatever signals come, and leave with it; without rights it ends",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func kernel() async throws {
        let scene = try await Scene()
        let text = try String(contentsOf: URL(filePath: scene.file), encoding: .utf8)
        let id = "router-id: 192.0.2.2\n"
        try writeFile(scene.file, text.replacing(id, with: id + "    kernel: {table: 100}\n"))
        let sandbox = try #require(scene.sandboxes["b"])
        let order = [
            "--bounding-set=-net_admin", Landfall.path, "router", scene.file, "--name", "b",
            "--socket", scene.socket("b"),
        ]
        let lame = try await sandbox.run("setpriv", order)
        #expect(lame.status == 3 && lame.output.contains("no right to change routes (Operation not permitted)"))
        #expect(lame.output.contains("It takes CAP_NET_ADMIN") && !lame.output.contains("ready"), "\(lame.output)")

        let (a, b) = (try scene.router("a"), try scene.router("b"))
        try await eventually("the route of a is in table 100") {
            let table = try await sandbox.run("ip", ["route", "show", "table", "100"]).output
            return table.contains("198.51.100.0/24")
        }
        for signal in [SIGUSR1, SIGUSR2, SIGALRM] { b.signal(signal) }
        let story = try await scene.landfall("explain", "198.51.100.0/24", "--socket", scene.socket("b"))
        #expect(story.output.contains("table 100: installed by 192.0.2.1, metric 20"), "\(story.output)")
        try writeFile(scene.file, text.replacing(id, with: id + "    kernel: {table: 100, metric: 30}\n"))
        let reload = try await scene.landfall("reload", "--socket", scene.socket("b"))
        #expect(reload.output.contains("another metric of the kernel's routes takes a new router"), "\(reload.output)")
        b.signal(SIGQUIT)
        #expect(try await b.wait().status == 0)
        let rest = try await sandbox.run("ip", ["route", "show", "table", "100"]).output
        #expect(!rest.contains("198.51.100.0/24"))
        await a.stop()
    }

    @Test(
        "what can't be run is refused: exit code 2 for the file and its words, with a place",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func refused() async throws {
        let scene = try await Scene()
        let several = try await scene.landfall("router", scene.file)
        #expect(several.status == 2 && several.output.contains("--name is missing") && several.output.contains("a, b"))
        let strange = try await scene.landfall("router", scene.file, "--name", "c")
        #expect(strange.status == 2 && strange.output.contains("--name c: "))
        let network = try await scene.landfall("router", Repository.root + "/examples/three-sites.yaml")
        #expect(network.status == 2 && network.output.contains("\"routers\" is missing"), "\(network.output)")
        let nobody = try await scene.landfall("router", scene.file, "--name", "a", "--user", "nobody-by-this-name")
        #expect(nobody.status == 2)
    }
}
