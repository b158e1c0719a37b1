import Glibc

/// ExaBGP as a speaker that is told what to say, and writes down what it hears.
///
/// It runs two programs for that: one says to it what `say` appended to a file, the other keeps what it is told (JSON, a
/// line each) in another file.
public final class ExaBGPSpeaker: Sendable {
    public let child: Child
    private let orders: String
    private let notes: String

    /// What a neighbor's section needs in order to be heard, and told, under a name of its own. What speaks mustn't be
    /// told anything: it reads nothing, and a full pipe would stop all of ExaBGP.
    public static func conversation(_ name: String) -> String {
        """
          api \(name)-speaks { processes [ mouth ]; }
          api \(name)-hears {
            processes [ ear ]; neighbor-changes;
            receive { parsed; open; update; notification; refresh; }
          }
        """
    }

    /// - Parameter neighbors: the neighbor sections of an ExaBGP 4 configuration.
    public init(in sandbox: Sandbox, neighbors: String) async throws(PeerError) {
        let name = "\(sandbox.folder)/exabgp-\(serial())"
        (orders, notes) = (name + ".orders", name + ".notes")
        for file in [orders, notes] { try writeFile(file, "") }
        try writeFile(name + ".conf", try Self.processes(orders, notes) + neighbors)
        let child = try sandbox.start("env", ExaBGP.environment + [try Program.find("exabgp"), name + ".conf"])
        self.child = child
        try await eventually("ExaBGP runs its programs") {
            guard child.isRunning else { throw PeerError("ExaBGP ended: \(child.output)") }
            return family(of: child.id).contains { $0.command.contains("tail -n +1") }
        }
    }

    /// What ExaBGP says against a configuration; nil when it takes it.
    public static func objection(to neighbors: String, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let name = "\(sandbox.folder)/exabgp-\(serial())"
        try writeFile(name + ".conf", try processes(name, name) + neighbors)
        let command = ExaBGP.environment + [try Program.find("exabgp"), "--test", name + ".conf"]
        let (status, output) = try await sandbox.run("env", command)
        return status == 0 && !output.contains("error") ? nil : output
    }

    private static func processes(_ orders: String, _ notes: String) throws(PeerError) -> String {
        // The first shell stays: a program whose output ends counts as dead, and cat gives its own away.
        try writeFile(notes + ".sh", "#!/bin/sh\ncat >>'\(notes)'\nexit\n")
        try writeFile(orders + ".sh", "#!/bin/sh\nexec tail -n +1 -f --pid=$PPID '\(orders)'\n")
        for file in [notes, orders] { chmod(file + ".sh", 0o755) }
        return """
            process mouth { run \(orders).sh; encoder text; }
            process ear { run \(notes).sh; encoder json; }

            """
    }

    /// A command of its API: `announce route 192.0.2.0/24 next-hop self`.
    public func say(_ command: String) throws(PeerError) {
        guard let file = fopen(orders, "a") else { throw PeerError("cannot write \(orders)") }
        fputs(command + "\n", file)
        fclose(file)
    }

    /// What it was told, as JSON.
    public var heard: [String] { (readFile(notes) ?? "").split(separator: "\n").map(String.init) }

    public func stop() async { await child.stop() }
}
