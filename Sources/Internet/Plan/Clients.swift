public import Geo

/// Who asks, and how much: for each AS of a graph, by position.
public struct Clients: Hashable, Sendable {
    public static let hoursOfDay = 24

    /// What an AS counts for: over a day, the mean.
    public var weights: [Double]
    public var unit: Unit
    /// The same in each hour of the day (UTC), an AS's 24 one after the other; empty: the same all day.
    public var hours: [Float]
    /// Where they are; nil: nobody knows. Empty: of nobody.
    public var places: [Place?]
    /// Queries a second that a weight of 1 stands for; nil: weights say nothing about load.
    public var queriesPerWeight: Double?

    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case ases
        /// The AS and its customers, theirs and so on.
        case cone
        case users
        case queries
        /// Numbers whose meaning the caller knows.
        case weight
    }

    public init(
        weights: [Double], _ unit: Unit, hours: [Float] = [], places: [Place?] = [], queriesPerWeight: Double? = nil
    ) {
        precondition(hours.isEmpty || hours.count == weights.count * Self.hoursOfDay, "24 hours for each AS")
        (self.weights, self.unit, self.hours, self.places) = (weights, unit, hours, places)
        self.queriesPerWeight = queriesPerWeight
    }

    public var count: Int { weights.count }

    /// Of everybody; in the order of positions, so that it is the same number always.
    public var total: Double { weights.reduce(0, +) }

    public var hasHours: Bool { !hours.isEmpty }

    /// What the AS at a position counts for in an hour of the day (UTC).
    @inline(__always)
    public func weight(at position: Int, hour: Int) -> Double {
        hours.isEmpty ? weights[position] : Double(hours[position * Self.hoursOfDay + hour])
    }

    public func place(at position: Int) -> Place? { places.isEmpty ? nil : places[position] }

    /// The load that a weight stands for, in queries a second.
    public func queriesPerSecond(_ weight: Double) -> Double? { queriesPerWeight.map { $0 * weight } }

    /// Makes everybody's weight together, in their busiest hour, stand for so many queries a second.
    public mutating func scale(toPeak queriesPerSecond: Double) {
        var load = Load()
        for position in 0..<count { load.add(self, at: position) }
        queriesPerWeight = load.peak.weight > 0 ? queriesPerSecond / load.peak.weight : nil
    }

    /// An hour by hour sum, and the mean beside it.
    public struct Load: Hashable, Sendable {
        public internal(set) var mean = 0.0
        /// 24 numbers, or none: the same all day.
        public internal(set) var hours: [Double] = []

        public init() {}

        /// The largest hour, and which (UTC); the mean where no hours are known.
        public var peak: (weight: Double, hour: Int?) {
            guard let hour = hours.indices.max(by: { (hours[$0], $1) < (hours[$1], $0) }) else { return (mean, nil) }
            return (hours[hour], hour)
        }

        /// Adds a part of what an AS counts for; a negative one takes it away.
        public mutating func add(_ clients: Clients, at position: Int, part: Double = 1) {
            mean += part * clients.weights[position]
            guard clients.hasHours else { return }
            if hours.isEmpty { hours = [Double](repeating: 0, count: hoursOfDay) }
            let start = position * hoursOfDay
            for hour in 0..<hoursOfDay { hours[hour] += part * Double(clients.hours[start + hour]) }
        }
    }
}
