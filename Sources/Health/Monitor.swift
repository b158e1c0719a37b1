public struct Monitor: Sendable {
    public struct Policy: Hashable, Sendable {
        /// Successes in a row before a check counts as passing.
        public var rise: Int
        /// Failures in a row before it counts as failing.
        public var fall: Int
        /// How long a result is believed.
        public var lease: Duration

        public init(rise: Int, fall: Int, lease: Duration) { (self.rise, self.fall, self.lease) = (rise, fall, lease) }
    }
}
