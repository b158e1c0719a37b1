/// nginx: the web server that checks are made against.
public final class Nginx: Sendable {
    public let child: Child

    /// - Parameter servers: what stands in `http { … }`, in nginx's own words.
    public init(in sandbox: Sandbox, servers: String) async throws(PeerError) {
        let name = "\(sandbox.folder)/nginx-\(serial())"
        let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        let text = """
            user root root;  # who it is already; by default it gives its folders to nobody, who may not exist here
            daemon off; master_process off; pid \(name).pid; error_log stderr notice;
            events { worker_connections 256; }
            http {
              access_log off;
              \(kinds.map { "\($0)_temp_path \(name).\($0);" }.joined(separator: " "))
              \(servers)
            }
            """
        try writeFile(name + ".conf", text)
        let child = try sandbox.start("nginx", ["-p", sandbox.folder, "-e", "stderr", "-c", name + ".conf"])
        try await eventually("nginx answers") {
            guard child.isRunning else { throw PeerError("nginx ended: \(child.output)") }
            return child.output.contains("getrlimit")  // said when it listens
        }
        self.child = child
    }

    public func stop() async { await child.stop() }
}
