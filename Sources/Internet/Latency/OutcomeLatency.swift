extension Outcome {
    /// Gives everybody a round trip to where he lands, along the path where that is predicted, as far as the distance says where
    /// it is measured. Round trips that were measured stay.
    public mutating func addRoundTrips(_ latency: PathLatency, _ plan: Propagation) {
        let known = roundTrips
        roundTrips = (0..<count).map { position in
            if !known.isEmpty, !known[position].isNaN { return known[position] }
            guard whence(at: position) == .measured else { return latency.roundTrip(plan, at: position) }
            return parts(at: position).reduce(0) { mean, part in
                mean + Float(part.share) * latency.direct(at: position, to: part.site)
            }
        }
    }
}
