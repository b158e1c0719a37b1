import Geo
import Internet

/// What `internet latency --json` prints; docs/json.md describes every field. Times are milliseconds.
struct LatencyFitReport: Encodable {
    let schema = "landfall.internet-latency/1"
    let file: String
    let seed: UInt64
    let pairs: Int
    let passedOver: Int
    let fitted: Int
    let scored: Int
    let constantFactor: Double
    let inflation: Double
    let domestic: Double
    let regions: [RegionNumbers]
    let errors: Errors

    struct RegionNumbers: Encodable {
        let region: String
        let abroad: Double
    }

    struct Errors: Encodable {
        let constantFactor: ErrorNumbers
        let model: ErrorNumbers
    }

    struct ErrorNumbers: Encodable {
        let p50: Double
        let p90: Double
        let relativeP50: Double
        let relativeP90: Double

        init(_ error: LatencyError) {
            (p50, p90) = (error.p50, error.p90)
            (relativeP50, relativeP90) = (error.relativeP50, error.relativeP90)
        }

        func row(_ name: String) -> [String] {
            [
                name, p50.fixed(1), p90.fixed(1), (100 * relativeP50).fixed(0) + " %",
                (100 * relativeP90).fixed(0) + " %",
            ]
        }
    }

    init(_ path: String, _ matrix: RoundTripMatrix, _ score: LatencyScore, seed: UInt64) {
        (file, self.seed, pairs, passedOver) = (path, seed, matrix.samples.count, matrix.passedOver)
        (fitted, scored) = (score.fitted, score.scored)
        (constantFactor, inflation, domestic) = (score.factor, score.model.inflation, score.model.domestic)
        regions = Region.allCases.map { region in
            RegionNumbers(region: region.name, abroad: score.model.abroad(region))
        }
        errors = Errors(constantFactor: ErrorNumbers(score.factorError), model: ErrorNumbers(score.modelError))
    }

    var text: String {
        let rows = regions.map { [$0.region, $0.abroad.fixed(1)] }
        let scores = [errors.constantFactor.row("one constant factor"), errors.model.row("the model")]
        return [
            "Fitted on \(fitted) of \(pairs) pairs of countries (seed \(seed)), held against the other \(scored)."
                + (passedOver > 0 ? " \(passedOver) lines name no country with inhabitants." : ""),
            Table(
                header: ["error", "p50 ms", "p90 ms", "p50", "p90"], scores, rightAligned: [1, 2, 3, 4]
            ).text,
            "one constant factor: \(constantFactor.fixed(2)) x light in glass\n"
                + "the model: \(inflation.fixed(3)) x light in glass + \(domestic.fixed(1)) ms within a country, "
                + "or + abroad at both ends",
            Table(header: ["region", "abroad ms"], rows, rightAligned: [1]).text,
        ].joined(separator: "\n\n")
    }
}

extension Double {
    /// With so many digits behind the point.
    fileprivate func fixed(_ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        guard isFinite, magnitude < 1e12 else { return "-" }
        let number = Int64((magnitude * scale).rounded())
        let (whole, part) = number.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = self < 0 && number > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(part)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
