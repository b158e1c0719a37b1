/// A certificate authority that openssl makes for one test.
public final class Authority: Sendable {
    private let sandbox: Sandbox
    private let name: String

    /// Its own certificate, in PEM.
    public var path: String { name + ".pem" }

    public init(in sandbox: Sandbox) async throws(PeerError) {
        (self.sandbox, name) = (sandbox, "\(sandbox.folder)/authority-\(serial())")
        try await Self.openssl(
            sandbox, "req -x509 \(Self.key) -keyout \(name).key -out \(name).pem -subj /CN=test -days 2")
    }

    /// A certificate and its key, for names like `DNS:www.example.org` and `IP:127.0.0.1`; with negative days, one whose
    /// time is over.
    public func issue(_ names: [String], days: Int = 2) async throws(PeerError) -> (certificate: String, key: String) {
        let path = "\(sandbox.folder)/issued-\(serial())"
        try writeFile(path + ".ext", "subjectAltName=\(names.joined(separator: ","))\n")
        try await Self.openssl(sandbox, "req \(Self.key) -keyout \(path).key -out \(path).csr -subj /CN=test")
        try await Self.openssl(
            sandbox,
            "x509 -req -in \(path).csr -CA \(name).pem -CAkey \(name).key -CAcreateserial -out \(path).pem "
                + "-days \(days) -extfile \(path).ext")
        return (path + ".pem", path + ".key")
    }

    private static let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

    private static func openssl(_ sandbox: Sandbox, _ words: String) async throws(PeerError) {
        let (status, output) = try await sandbox.run("openssl", words.split(separator: " ").map(String.init))
        guard status == 0 else { throw PeerError("openssl \(words): \(output)") }
    }
}
