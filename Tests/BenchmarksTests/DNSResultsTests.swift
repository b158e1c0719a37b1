import Testing

@testable import Benchmarks

@Suite("Results of the DNS benchmark")
struct DNSResultsTests {
    private func results(ours: [Double], nsd: [Double], bound: Double? = 0.95) -> DNSResults {
        var results = DNSResults(settings: DNSSettings())
        results.add("a zone", "CPU, µs an answer", [.landfall: ours, .nsd: nsd], bound.map { [.nsd: $0] } ?? [:])
        return results
    }

    @Test("a ratio above its bound is a complaint, and medians make the ratio")
    func bounds() {
        #expect(results(ours: [1, 9, 2], nsd: [3, 3, 3]).allComplaints.isEmpty)
        let complaints = results(ours: [3, 1, 3], nsd: [3, 3, 9]).allComplaints
        #expect(complaints == ["a zone: CPU, µs an answer: 1 times NSD's, at most 0.95 is wanted"])
        #expect(results(ours: [9], nsd: [3], bound: nil).allComplaints.isEmpty)
    }

    @Test("more than the aim is a complaint, and the aim is what is compared with")
    func aim() {
        var results = DNSResults(settings: DNSSettings())
        results.add("a zone", "engine alone, ns", [.landfall: [500, 300, 410]], aim: 400)
        #expect(results.allComplaints == ["a zone: engine alone, ns: 410, the aim is 400"])
        #expect(results.measurements.map(\.peerName) == ["the aim"])
    }

    @Test("remarks are shown and not compared; a row without a title belongs to the one above")
    func remarks() {
        var results = self.results(ours: [1], nsd: [2])
        results.add("", "bytes an answer", [.landfall: [60], .nsd: [70]], remark: true)
        results.add("", "memory, MB", [.landfall: [10], .nsd: [20]])
        #expect(results.measurements.map(\.measure) == ["a zone: CPU", "a zone: memory"])
        #expect(results.measurements.map(\.unit) == ["µs an answer", "MB"])
        #expect(results.text.contains("bytes an answer"))
    }

    @Test("a line of the load's is read by its names")
    func figures() throws {
        let line =
            "udp:256 answers=1000 lost=0 wrong=0 seconds=2.0 cpu=0.003 bytes=65000 noerror=900 nxdomain=100 truncated=0\n"
        let figures = try #require(DNSFigures(line))
        #expect(abs(figures.microseconds - 3) < 1e-9 && figures.perSecond == 500 && figures.bytes == 65)
        #expect(figures.kinds == [0.1, 0])
        #expect(DNSFigures("dnsload: no queries") == nil)
    }
}
