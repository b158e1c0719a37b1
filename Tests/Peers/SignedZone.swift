import Glibc

/// A zone that someone else's program has signed, with keys made for it.
public struct SignedZone: Sendable {
    /// The zone's file.
    public var file: String
    /// Its key-signing key, as a line of a zone file: the trust anchor.
    public var anchor: String

    /// That key as a DS record, for the zone above.
    public var delegation: String

    /// How names that don't exist are denied.
    public enum Denial: String, Sendable, CaseIterable {
        /// NSEC, by ldns-signzone.
        case nsec
        /// NSEC3 without salt and iterations, as RFC 9276 wants it, by dnssec-signzone.
        case nsec3
        /// NSEC3 with both, as older zones have it, by ldns-signzone.
        case salted
        /// NSEC3 that leaves unsigned delegations out, by dnssec-signzone.
        case optOut
    }

    /// - Parameter origin: with the final dot.
    public init(_ path: String, origin: String, _ denial: Denial, in sandbox: Sandbox) async throws(PeerError) {
        let folder = try Self.keyFolder(in: sandbox)
        switch denial {
        case .nsec: self = try await Self.ldns(path, origin, [], folder, sandbox)
        case .salted: self = try await Self.ldns(path, origin, ["-n", "-t", "5", "-s", "c0ffee"], folder, sandbox)
        case .nsec3: self = try await Self.bind(path, origin, ["-3", "-"], folder, sandbox)
        case .optOut: self = try await Self.bind(path, origin, ["-3", "-", "-A"], folder, sandbox)
        }
    }

    private init(file: String, key: String, in sandbox: Sandbox) async throws(PeerError) {
        let lines = (readFile(key) ?? "").split(separator: "\n")
        guard let anchor = lines.first(where: { $0.contains("DNSKEY") && !$0.hasPrefix(";") }) else {
            throw PeerError("no key in \(key)")
        }
        (self.file, self.anchor) = (file, String(anchor))
        delegation = try await Self.succeed("ldns-key2ds", ["-n", "-2", key], sandbox.folder, sandbox)
    }

    private static func ldns(
        _ path: String, _ origin: String, _ options: [String], _ folder: String, _ sandbox: Sandbox
    ) async throws(PeerError) -> Self {
        // It writes into the folder that it runs in.
        var keys: [String] = []
        for kind in [["-k"], []] {
            let words = ["-a", "ECDSAP256SHA256"] + kind + [origin]
            keys.append(try await succeed("ldns-keygen", words, folder, sandbox).filter { !$0.isWhitespace })
        }
        let files = keys.map { folder + "/" + $0 }
        let signed = folder + "/signed"
        // Since yesterday: a validator whose clock is late would object.
        let since = ["-i", "\(time(nil) - 86_400)"]
        _ = try await succeed(
            "ldns-signzone", options + since + ["-o", origin, "-f", signed, path] + files, folder, sandbox)
        return try await Self(file: signed, key: files[0] + ".key", in: sandbox)
    }

    private static func bind(
        _ path: String, _ origin: String, _ options: [String], _ folder: String, _ sandbox: Sandbox
    ) async throws(PeerError) -> Self {
        var keys: [String] = []
        for kind in [["-f", "KSK"], []] {
            let words = ["-q", "-K", folder, "-a", "ECDSAP256SHA256"] + kind + [origin]
            keys.append(try await succeed("dnssec-keygen", words, folder, sandbox).filter { !$0.isWhitespace })
        }
        let signed = folder + "/signed"
        let words = ["-q", "-S", "-K", folder, "-d", folder, "-o", origin, "-O", "full", "-f", signed]
        _ = try await succeed("dnssec-signzone", words + options + [path], folder, sandbox)
        return try await Self(file: signed, key: "\(folder)/\(keys[0]).key", in: sandbox)
    }

    private static func keyFolder(in sandbox: Sandbox) throws(PeerError) -> String {
        let path = "\(sandbox.folder)/keys-\(serial())"
        guard mkdir(path, 0o700) == 0 else { throw PeerError("cannot make \(path)") }
        return path
    }

    /// What it printed.
    private static func succeed(
        _ program: String, _ words: [String], _ folder: String, _ sandbox: Sandbox
    ) async throws(PeerError) -> String {
        let path = try Program.find(program)
        let (status, output) = try await sandbox.run("sh", ["-c", "cd \"$0\" && exec \"$@\"", folder, path] + words)
        guard status == 0 else { throw PeerError("\(program) \(words.joined(separator: " ")): \(output)") }
        return output
    }
}
