import Foundation

/// Files with steps of all kinds, made of the example or of a topology.
enum StepFiles {
    /// The example with three sites, with other steps and announced otherwise.
    static func example(announce: String, steps: String) throws -> String {
        let path = Rehearsals.examples + "/three-sites.yaml"
        let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        guard let end = text.ranges(of: "  steps:\n").last?.upperBound else { return text }
        return String(text[..<end])
            .replacing("zones/example.org.zone", with: "example.org.zone")
            .replacing("announce:\n  hold-down: 1s", with: "announce: {\(announce)}\n#") + steps
    }

    /// A topology in one city.
    static func small(
        _ topology: Topology = LandingTests.base, check: String = Topology.check,
        announce: String, internet: String = "", steps: String
    ) -> String {
        topology.yaml
            .replacing(Topology.check, with: check)
            .replacing("announce: {hold-down: 1s}", with: "announce: {\(announce)}")
            .replacing("internet:\n", with: "internet:\n\(internet)")
            .replacing("rehearsal: {steps: [{measure: {}}]}", with: "rehearsal:\n  steps:\n" + steps)
    }
}
