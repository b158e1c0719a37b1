import Geo

/// Round trips between countries, from a table with columns `country1`, `country2` and `rtt` (milliseconds); `cty1`, `cty2` and
/// `rtt_avg` are the same.
///
///     cty1,cty2,rtt_cnt,rtt_avg,rtt_std,rtt_min,rtt_max
///     DE,NL,20320728,33.1,41.2,0.1,2900.2
public struct RoundTripMatrix: Sendable {
    public private(set) var samples: [RoundTripSample] = []
    public private(set) var records = 0
    /// Lines about a country where nobody lives, or what is no country's code, such as EU.
    public private(set) var passedOver = 0

    /// Nobody's round trip takes a minute: whoever has such numbers has another unit.
    public static let longest = 60_000.0

    public init(_ text: [UInt8]) throws(TableError) {
        var table = try Table(text)
        try table.require([.country], called: "\"country1\"")
        try table.require([.otherCountry], called: "\"country2\"")
        try table.require([.roundTrip], called: "\"rtt\"")
        var distances: [CountryPair: Double] = [:]
        while let record = try table.next() {
            records += 1
            let (milliseconds, pair) = (try record.milliseconds(), try record.pair())
            guard let pair else {
                passedOver += 1
                continue
            }
            if distances[pair] == nil { distances[pair] = pair.one.kilometers(to: pair.other) ?? .nan }
            if let sample = RoundTripSample(pair, milliseconds, kilometers: distances[pair] ?? .nan) {
                samples.append(sample)
            } else {
                passedOver += 1
            }
        }
        guard samples.count > 1 else {
            throw TableError(
                .nothingUsable("fewer than two pairs of countries are in here; \(passedOver) lines name none"))
        }
    }
}

private struct CountryPair: Hashable {
    var one: Country
    var other: Country
}

extension RoundTripSample {
    /// The same as the public one where the distance is known already, which takes long to find.
    fileprivate init?(_ pair: CountryPair, _ milliseconds: Double, kilometers: Double) {
        guard kilometers > 0 else { return nil }
        self.init(one: pair.one, other: pair.other, milliseconds: milliseconds, kilometers: kilometers)
    }
}

extension Record {
    /// Nil: one is no country.
    fileprivate func pair() throws(TableError) -> CountryPair? {
        guard let one = text(.country), let other = text(.otherCountry) else { throw lack("two countries") }
        guard let first = Country(code: one.text), let second = Country(code: other.text) else { return nil }
        return CountryPair(one: first, other: second)
    }

    fileprivate func milliseconds() throws(TableError) -> Double {
        guard let field = text(.roundTrip), let value = try number(.roundTrip) else {
            throw lack("a round trip", in: .roundTrip)
        }
        guard value > 0, value <= RoundTripMatrix.longest else {
            throw fault(field, wanted: "milliseconds, more than 0,")
        }
        return value
    }
}
