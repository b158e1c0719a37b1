public import DNS
internal import Net

/// What came back to a probe, for whoever wants to see it: the evidence beside the judgement, which is `ProbeResult`.
public struct Received: Hashable, Sendable {
    /// Of an answer over DNS.
    public var rcode: ResponseCode?
    /// Of a response over HTTP.
    public var status: Int?
    /// Of a program that ended by itself.
    public var exitCode: Int?
    /// What a program printed, as far as it is kept, without what looks like a secret.
    public var output: String?
    /// The load that it told: the first number that it printed for machines.
    public var load: Double?
    /// From the start of the probe to its result.
    public var after = Duration.zero

    public init() {}
}
