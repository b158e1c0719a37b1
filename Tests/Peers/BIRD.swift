/// BIRD 2: the router that hears our announcements.
public final class BIRD: Sendable {
    public let child: Child
    private let sandbox: Sandbox
    let socket: String

    /// - Parameter configuration: the text of a bird.conf. BIRD is up when its control socket answers.
    public init(in sandbox: Sandbox, configuration: String) async throws(PeerError) {
        self.sandbox = sandbox
        let name = "\(sandbox.folder)/bird-\(serial())"
        socket = name + ".ctl"
        try writeFile(name + ".conf", configuration)
        child = try sandbox.start("bird", ["-f", "-c", name + ".conf", "-s", socket])
        try await eventually("BIRD answers") {
            guard child.isRunning else { throw PeerError("BIRD ended: \(child.output)") }
            return try await show("status").contains("Daemon is up and running")
        }
    }

    /// What birdc prints for `show …`.
    public func show(_ what: String) async throws(PeerError) -> String {
        try await control("show " + what)
    }

    /// What birdc prints for any command: `disable uplink`, `configure`, …
    @discardableResult
    public func control(_ words: String) async throws(PeerError) -> String {
        try await command(words.split(separator: " ").map(String.init))
    }

    /// The same, for words with spaces in them: `disable uplink "moving to another rack"`.
    @discardableResult
    public func command(_ words: [String]) async throws(PeerError) -> String {
        try await sandbox.run("birdc", ["-s", socket] + words).output
    }

    /// A BGP session is up.
    public func isEstablished(_ name: String) async throws(PeerError) -> Bool {
        try await show("protocols \(name)").contains("Established")
    }

    /// The best route to a prefix with all its attributes, one `BGP.name: value` each, or nil.
    public func route(to prefix: String) async throws(PeerError) -> BIRDRoute? {
        BIRDRoute(try await show("route for \(prefix) all"), prefix: prefix)
    }

    /// Has it become another bird.conf, by the difference.
    public func become(_ configuration: String) async throws(PeerError) {
        try writeFile(socket.replacing(".ctl", with: ".conf"), configuration)
        let answer = try await control("configure")
        guard answer.contains("Reconfigured") || answer.contains("Reconfiguration in progress") else {
            throw PeerError(answer)
        }
    }

    /// What makes it read its configuration again, for a program that changes it.
    public var reconfigureCommand: String {
        get throws(PeerError) { "\(try Program.find("birdc")) -s \(socket) configure" }
    }

    public func stop() async { await child.stop() }
}

/// A route as `birdc show route all` prints it.
public struct BIRDRoute: Sendable, Equatable {
    /// Without the prefix `BGP.`: `as_path`, `next_hop`, `med`, `community`, `large_community`, `local_pref`, `origin`.
    public var attributes: [String: String] = [:]

    init?(_ text: String, prefix: String) {
        guard text.contains(prefix) else { return nil }
        for line in text.split(separator: "\n") {
            let words = line.drop(while: { $0.isWhitespace })
            guard words.hasPrefix("BGP."), let colon = words.firstIndex(of: ":") else { continue }
            let value = words[words.index(after: colon)...].drop(while: { $0 == " " })
            attributes[String(words[..<colon].dropFirst(4))] = String(value)
        }
    }

    public var path: [UInt32] { attributes["as_path", default: ""].split(separator: " ").compactMap { UInt32($0) } }
}
