import Glibc
import Peers
import Testing

/// What an agent keeps to itself.
@Suite("Discretion", .enabled(if: Landfall.lack("ss") == nil, "\(Landfall.lack("ss") ?? "")"))
struct DiscretionTests {
    /// Where a file can hold them: a command, a path with a query, what is said over a connection, hooks, and what a
    /// program prints.
    private static let services = """
          secret:
            addresses: [203.0.113.54]
            checks:
              - {exec: {run: [/bin/sh, -c, "echo 'refused for https://scott:sesame1@db.example and token=sesame2'; exit 2", --password=sesame3, --token, sesame4]}, every: 1s, timeout: 1s}
              - {exec: {run: [/bin/sh, -c, "curl -suscott:sesame9; mysql -psesame10; ldapwhoami -w sesame11"]}, every: 1s, timeout: 1s}
              - {exec: {run: [/usr/bin/env, redis-cli, -a, sesame12, PING]}, every: 1s, timeout: 1s}
              - {http: {host: www.example.org, path: "/health?api_key=sesame5", port: 8080}, every: 1s, timeout: 1s}
              - {tcp: {port: 8081, send: "AUTH sesame6"}, every: 1s, timeout: 1s}
        """

    @Test(
        "no event, status, history, check, difference or error holds a secret; whoever prints one is shown without it")
    func secrets() async throws {
        var options = Rig.Options()
        options.services = Self.services
        options.announce = ", require: any"
        options.more = "hooks: {verdict: [/bin/sh, -c, 'echo Authorization: Bearer sesame7', --secret, sesame8]}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.seen("refused for https://***@db.example and token=***")
        try await rig.seen("Authorization: ***")
        try await rig.seen("exec sh -c curl -su***; mysql -p***;")
        var said = [try await rig.status(), try await rig.landfall("status").output]
        said.append(try await rig.landfall("check-now", "--json").output)
        said.append(try await rig.landfall("check-now").output)
        said.append(try await rig.landfall("history", "--json").output)
        said.append(try await rig.host.run(Landfall.path, ["check", rig.file, "--json"]).output)
        said.append(try await rig.host.run(Landfall.path, ["check", rig.file]).output)
        try await rig.edit { $0.replacing("sesame", with: "sesame-new-") }
        let difference = try await rig.landfall("reload", "--json").output
        #expect(
            difference.contains("what is asked") && difference.contains("hooks"), "changed all the same: \(difference)")
        said.append(difference)
        let long = String(repeating: "sesame", count: 400)
        try await rig.edit {
            $0.replacing("AUTH sesame", with: "AUTH \(long)").replacing(", --secret", with: ", \(long)")
        }
        let errors = try await rig.landfall("reload")
        #expect(errors.status == 2 && errors.output.contains("what is there is not text of 1 to 1024 bytes"))
        said += [errors.output, try await rig.status(), try #require(readFile(rig.events)), agent.output]
        for text in said { #expect(!text.contains("sesame"), "\(text)") }
        await agent.stop()
    }

    @Test("nothing listens but what the file asks for: its services, BGP at the host's addresses")
    func listening() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        _ = try await rig.service()
        try await rig.answers()
        let lines = try await rig.host.run("ss", ["-H", "-l", "-n", "-t", "-u", "-w", "-0"]).output.split(
            separator: "\n")
        let sockets = lines.map { line in
            let words = line.split(separator: " ")
            return "\(words[0]) \(words.count > 4 ? words[4] : "")"
        }
        #expect(
            Set(sockets) == [
                "udp 203.0.113.53:53", "tcp 203.0.113.53:53", "udp [2001:db8:113::53]:53", "tcp [2001:db8:113::53]:53",
                "tcp 192.0.2.2:179", "tcp [2001:db8:f::2]:179",
            ], "\(sockets)")
        let control = try await rig.host.run("stat", ["-c", "%a %U", rig.control]).output
        #expect(control.hasPrefix("660 "), "\(control)")
        await agent.stop()
    }
}
