import Files
import Geo
import Glibc
import Internet
import Net
import Testing

@Suite("Round trips")
struct LatencyTests {
    private func country(_ code: String) throws -> Country { try #require(Country(code: code)) }

    /// A world that follows the model, and in which every tenth measurement is nonsense.
    private func world() throws -> [RoundTripSample] {
        var model = LatencyModel(inflation: 1.4, domestic: 6)
        for (index, region) in Region.allCases.enumerated() {
            model.set(abroad: Double(10 + 5 * index), region)
        }
        var random = SeededRandom(seed: 5)
        var samples: [RoundTripSample] = []
        let countries = Array(Country.all).filter { $0.inhabitants > 20_000_000 }
        for (index, one) in countries.enumerated() {
            for other in countries[index...] where Bool.random(using: &random) || one == other {
                guard let kilometers = one.kilometers(to: other) else { continue }
                let right = model.roundTrip(kilometers: kilometers, one, other)
                let milliseconds = Int.random(in: 0..<10, using: &random) == 0 ? 3000 : right
                samples.append(try #require(RoundTripSample(one, other, milliseconds: milliseconds)))
            }
        }
        return samples
    }

    @Test("the fit finds the numbers that round trips were made with, though a tenth of them is nonsense")
    func fit() throws {
        let samples = try world()
        let model = try #require(LatencyModel(fitting: samples))
        #expect(abs(model.inflation - 1.4) < 0.05, "\(model.inflation)")
        var compared = 0
        for sample in samples where sample.milliseconds < 3000 {
            let ours = model.roundTrip(kilometers: sample.kilometers, sample.one, sample.other)
            compared += abs(ours - sample.milliseconds) < 15 ? 1 : 0
        }
        #expect(Double(compared) > 0.9 * Double(samples.count) * 0.9, "\(compared) of \(samples.count)")
    }

    @Test("the same seed makes the same halves, whatever the order of the samples")
    func seeded() throws {
        let samples = try world()
        let one = try #require(LatencyScore(samples, seed: 3))
        let again = try #require(LatencyScore(samples.reversed(), seed: 3))
        let other = try #require(LatencyScore(samples, seed: 4))
        #expect(one.model == again.model && one.modelError == again.modelError)
        #expect(one.model != other.model)
        #expect(one.fitted + one.scored == samples.count)
        #expect(one.modelError.p50 < one.factorError.p50)
    }

    @Test("nothing is faster than light in glass, and being farther away never helps")
    func bounds() throws {
        let model = LatencyModel.fitted
        let pairs = [("DE", "DE"), ("DE", "NL"), ("NG", "ZA"), ("US", "JP"), ("BR", "AO")]
        for (one, other) in pairs {
            let (one, other) = (try country(one), try country(other))
            var last = 0.0
            for kilometers in stride(from: 0.0, to: 20_000, by: 500) {
                let time = model.roundTrip(kilometers: kilometers, one, other)
                #expect(time >= LatencyModel.light(kilometers: kilometers) && time >= last)
                last = time
            }
        }
        #expect(abs(LatencyModel.light(kilometers: 1000) - 10.007) < 0.001)
    }

    @Test("too little to fit on is no model")
    func empty() throws {
        #expect(LatencyModel(fitting: []) == nil)
        let sample = try #require(RoundTripSample(country("DE"), country("FR"), milliseconds: 12))
        #expect(LatencyScore([sample], seed: 1) == nil)
        #expect(RoundTripSample(try country("DE"), try country("AQ"), milliseconds: 12) == nil)
        #expect(RoundTripSample(try country("DE"), try country("FR"), milliseconds: 0) == nil)
    }
}

/// The matrix may not be passed on with this project, so this runs only where somebody has put it.
@Suite(
    "The measured matrix of round trips", .enabled(if: MeasuredMatrix.exists, "no matrix in LANDFALL_DATA/geo/latency"))
struct MeasuredMatrixTests {
    @Test("on the half that it wasn't fitted on, the model is nearer than one constant factor at p50 and p90")
    func score() throws {
        let text = try File.readDecompressed(MeasuredMatrix.path, limit: 10_000_000)
        let matrix = try RoundTripMatrix(text)
        #expect(matrix.samples.count > 6000)
        for seed in [1, 2] as [UInt64] {
            let score = try #require(LatencyScore(matrix.samples, seed: seed))
            print("seed \(seed): model \(score.modelError), constant factor \(score.factor): \(score.factorError)")
            #expect(score.modelError.p50 < 0.7 * score.factorError.p50)
            #expect(score.modelError.p90 < 0.75 * score.factorError.p90)
            guard seed == 1 else { continue }
            #expect(abs(LatencyModel.fitted.inflation - score.model.inflation) < 0.001)
            #expect(abs(LatencyModel.fitted.domestic - score.model.domestic) < 0.06)
            for region in Region.allCases {
                #expect(abs(LatencyModel.fitted.abroad(region) - score.model.abroad(region)) < 0.06, "\(region)")
            }
        }
    }
}

private enum MeasuredMatrix {
    static let path =
        (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data")
        + "/geo/latency/leios_country_rtt_stat.csv.gz"
    static let exists = (try? File.read(path, limit: 10_000_000)) != nil
}

/// Not what the model was fitted on: round trips of probes to the sites of anycast name servers that answered them.
@Suite(
    "Measured round trips to anycast sites",
    .enabled(if: MeasuredAnycast.exists, "no measurements in LANDFALL_DATA/catchments"))
struct MeasuredAnycastTests {
    @Test("the model is right on average, and not far worse for anybody than one constant factor")
    func outside() throws {
        let text = String(decoding: try File.read(MeasuredAnycast.path, limit: 10_000_000), as: UTF8.self)
        var pairs: [(model: Double, factor: Double, measured: Double)] = []
        // probe_id,probe_country,probe_asn,target,nameserver,nsid,rtt_ms,site_city,site_country,confidence
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 10, let measured = Double(fields[6]), let probe = Country(code: String(fields[1])),
                let country = Country(code: String(fields[8])),
                let site = country.cities.first(where: { $0.place.name.hasPrefix(fields[7]) }),
                !fields[7].isEmpty, let kilometers = probe.kilometers(to: site.place)
            else { continue }
            let model = LatencyModel.fitted.roundTrip(kilometers: kilometers, probe, country)
            pairs.append((model, 2.167 * LatencyModel.light(kilometers: kilometers), measured))
        }
        try #require(pairs.count > 900)
        func quantiles(_ values: [Double]) -> (p50: Double, p90: Double) {
            let sorted = values.sorted()
            return (sorted[sorted.count / 2], sorted[sorted.count * 9 / 10])
        }
        let bias = quantiles(pairs.map { $0.model - $0.measured }).p50
        let model = quantiles(pairs.map { abs($0.model - $0.measured) })
        let factor = quantiles(pairs.map { abs($0.factor - $0.measured) })
        let factorBias = quantiles(pairs.map { $0.factor - $0.measured }).p50
        print(
            "\(pairs.count) round trips: model \(model), \(bias) on average; constant factor \(factor), \(factorBias)")
        #expect(abs(bias) < 3 && abs(bias) < abs(factorBias))
        #expect(model.p50 < 15 && model.p90 < 1.5 * factor.p90)
    }
}

private enum MeasuredAnycast {
    static let path =
        (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data")
        + "/catchments/cctld_catchments_202605.csv"
    static let exists = (try? File.read(path, limit: 10_000_000)) != nil
}
