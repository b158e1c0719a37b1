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
    /// What a program printed, as far as it is kept.
    public var output: String?
    /// From the start of the probe to its result.
    public var after = Duration.zero

    public init() {}
}
