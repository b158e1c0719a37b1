import Files
import Internet
import Net
import Peers
import Testing

@Suite("Beside BGPy")
struct BGPyTests {
    @Test(
        "landings and path lengths equal BGPy's on a synthetic Internet, for 1 to 20 origins",
        .enabled(if: BGPy.lack == nil, "\(BGPy.lack ?? "") (scripts/peers says why it couldn't)"))
    func landings() async throws {
        var options = SyntheticInternet.Options()
        (options.ases, options.seed) = (700, 11)
        let graph = SyntheticInternet(options).graph
        let sandbox = try await Sandbox(fresh: false)
        try File.write(graph.text(), to: sandbox.folder + "/graph")
        var random = SeededRandom(seed: 3)
        let origins = [1, 2, 3, 5, 10, 20].map { count in
            graph.ases.shuffled(using: &random).prefix(count).map(\.rawValue)
        }
        let theirs = try await BGPy.plans(
            sandbox.folder + "/graph", origins: origins, in: sandbox, within: .seconds(120))
        var plan = try Propagation(graph)
        for (origins, theirs) in zip(origins, theirs) {
            try plan.announce(origins.enumerated().map { Origination(site: $0.offset, origin: ASN($0.element)) })
            for position in 0..<graph.count {
                let ours = plan.route(at: position).map {
                    BGPy.Landing(origin: origins[$0.site], length: $0.length + 1)
                }
                #expect(ours == theirs.landings[graph.ases[position].rawValue], "\(graph.ases[position])")
            }
        }
    }
}
