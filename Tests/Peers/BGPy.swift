/// BGPy (bgpy_pkg of PyPI): the same question, who lands where on an AS graph, answered by somebody else's Python.
public struct BGPy: Sendable {
    /// Seconds of processor time, without reading the graph.
    public var seconds: Double
    /// By AS: the origin that it lands on, and the length of its path, itself included.
    public var landings: [UInt32: Landing] = [:]

    public struct Landing: Hashable, Sendable {
        public var origin: UInt32
        public var length: Int

        public init(origin: UInt32, length: Int) { (self.origin, self.length) = (origin, length) }
    }

    public static let lack: String? = Program.lack("bgpy-python")

    /// A plan for each list of origins. Ties end at the lowest AS number.
    ///
    /// - Parameter graph: a file of CAIDA's text, decompressed.
    public static func plans(
        _ graph: String, origins: [[UInt32]], in sandbox: Sandbox, within limit: Duration
    ) async throws(PeerError) -> [BGPy] {
        let (wanted, found) = ("\(sandbox.folder)/plans-\(serial())", "\(sandbox.folder)/landings-\(serial())")
        let lines = origins.map { $0.map { "\($0)" }.joined(separator: " ") }
        do { try writeFile(wanted, lines.joined(separator: "\n") + "\n") } catch { throw PeerError("\(error)") }
        let script = Repository.root + "/Tests/Peers/bgpy_plan.py"
        let (status, output) = try await sandbox.run("bgpy-python", [script, graph, wanted, found], within: limit)
        guard status == 0, let text = readFile(found) else { throw PeerError("BGPy: \(output.suffix(1000))") }
        let plans = read(text)
        guard plans.count == origins.count else { throw PeerError("BGPy made \(plans.count) plans") }
        return plans
    }

    private static func read(_ text: String) -> [BGPy] {
        var plans: [BGPy] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { Substring($0) }
            if words.count == 2, let seconds = Double(words[1]) {
                plans.append(BGPy(seconds: seconds))
            } else if words.count == 3, let asn = UInt32(words[0]), let origin = UInt32(words[1]),
                let length = Int(words[2]), !plans.isEmpty
            {
                plans[plans.count - 1].landings[asn] = Landing(origin: origin, length: length)
            }
        }
        return plans
    }
}
