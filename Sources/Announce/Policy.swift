/// When a prefix is announced and how, whatever its checks are.
public struct Policy: Hashable, Sendable {
    /// Which of the service addresses inside one prefix must be healthy.
    public enum Requirement: String, Hashable, Sendable, CaseIterable { case all, any }

    /// How long a service must stay healthy after a failure before its prefix is announced again, and how long
    /// everything else that makes a route better waits.
    public var holdDown: Duration = .seconds(10)
    /// How long routers get to forget a withdrawn prefix before its address goes.
    public var withdrawWait: Duration = .seconds(1)
    /// nil: every prefix holds one service address, so that the question doesn't arise.
    public var require: Requirement?
    public var penalty = Penalty.Policy()
    public var states = StateAttributes()
    public var drain = Drain.Policy()
    /// nil: load alone changes nothing, which is the default (ANNOUNCING 7).
    public var load: LoadStep.Marks?
    /// What a step by load is held against; nil: nothing.
    public var displaced: DisplacedLoads.Source?

    public init() {}
}
