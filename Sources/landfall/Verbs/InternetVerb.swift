import Files
import Geo
import Internet
import Net

extension Verb {
    private static let what = "stats|generate|extract|cone|latency"

    static let internet = Verb(
        name: "internet",
        summary: "Look at an AS graph, cut a part out of it, or make one up.",
        description: """
            An AS graph is CAIDA's text of AS relationships, serial-1 or serial-2, plain or compressed with gzip or bzip2:
            https://www.caida.org/catalog/datasets/as-relationships/ has them, under terms of its own. stats says what a
            graph is made of. cone lists the customer cone of an AS: itself, its customers, theirs and so on. extract prints
            the part around some ASes, with the providers above them and what connects them, as such text. generate prints
            an Internet that nobody measured: the same options give the same one, always. The relationships are those of
            IPv4. latency fits the model of round trips that plans use to one half of a matrix of round trips between
            countries (CSV: country1,country2,rtt), holds it against the other half, and prints how far off it is beside one
            constant factor on the distance.
            """,
        arguments: [
            Argument(name: what, summary: "What to do."),
            Argument(name: "FILE", summary: "The AS graph; the matrix; generate needs none.", isRequired: false),
        ],
        options: [
            Option(name: "as", value: "ASN", summary: "Whose cone; or an AS that the part holds.", repeats: true),
            Option(name: "ases", value: "N", summary: "How many ASes to extract (100) or to generate (1000)."),
            Option(name: "seed", value: "N", summary: "Of what is generated, or of which half is which (1)."),
            Option(name: "exchanges", value: "N", summary: "Cities with an exchange, in what is generated (30)."),
            Option(name: "places", value: "PATH", summary: "Where generate writes who is at home where, as CSV."),
            .json,
        ],
        examples: [
            ("landfall internet stats 20240801.as-rel2.txt.bz2", "tiers, cones and degrees of a month's graph"),
            ("landfall internet cone 20240801.as-rel2.txt.bz2 --as AS15169", "the ASes behind one, one a line"),
            (
                "landfall internet extract 20240801.as-rel2.txt.bz2 --as 64500 --as 3356 --ases 300 | tee part.txt",
                "300 ASes around two, for a rehearsal"
            ),
            ("landfall internet latency rtt.csv.gz --seed 1", "how far off the model of round trips is"),
            ("landfall internet generate --ases 5000 --seed 7 | tee internet.txt", "5,000 ASes made up"),
        ]
    ) { invocation throws(Failure) in
        let what = try invocation.required(what)
        switch what {
        case "stats":
            let report = GraphReport(try invocation.required("FILE"), GraphStatistics(try invocation.graph()))
            invocation.give(report, report.text)
        case "cone": try cone(invocation)
        case "extract": try extract(invocation)
        case "generate": try generate(invocation)
        case "latency": try latency(invocation)
        default:
            throw Failure("internet: \"\(what)\" should be one of \(Self.what.replacing("|", with: ", "))")
        }
        return .done
    }

    private static func cone(_ invocation: Invocation) throws(Failure) {
        let graph = try invocation.graph()
        let ases = try invocation.ases()
        guard ases.count == 1 else { throw Failure("internet: cone is of one AS; write --as once") }
        guard let position = graph.position(of: ases[0]) else {
            throw Failure("internet: \(PropagationError.unknown(ases[0]))")
        }
        let cone = graph.cone(of: position).map { graph.ases[$0] }.sorted()
        invocation.give(ConeReport(ases[0], cone), cone.map { "\($0.rawValue)" }.joined(separator: "\n"))
    }

    private static func extract(_ invocation: Invocation) throws(Failure) {
        let graph = try invocation.graph()
        let ases = try invocation.ases()
        guard !ases.isEmpty else { throw Failure("internet: extract around which AS? write --as, once or more") }
        let count = Int(try invocation.number("ases", 1...UInt64(graph.count)) ?? 100)
        let part: ASGraph
        do throws(PropagationError) { part = try graph.extract(around: ases, count: count) } catch {
            throw Failure("internet: \(error)")
        }
        invocation.give(LinksReport(part), part.lines)
    }

    private static func latency(_ invocation: Invocation) throws(Failure) {
        let path = try invocation.required("FILE")
        let seed = try invocation.number("seed", 0...UInt64.max) ?? 1
        let text: [UInt8]
        do throws(FileError) { text = try File.readDecompressed(path, limit: 1 << 28) } catch {
            throw Failure("\(error)")
        }
        let matrix: RoundTripMatrix
        do throws(TableError) { matrix = try RoundTripMatrix(text) } catch {
            throw Failure(problems: "\(path):\(error.line == nil ? " " : "")\(error)")
        }
        guard let score = LatencyScore(matrix.samples, seed: seed) else {
            throw Failure("\(path): too few pairs of countries to fit on one half and to score on the other")
        }
        let report = LatencyFitReport(path, matrix, score, seed: seed)
        invocation.give(report, report.text)
    }

    private static func generate(_ invocation: Invocation) throws(Failure) {
        if let file = invocation.argument("FILE") {
            throw Failure("internet: generate reads no file; \"\(file)\" is one argument too many")
        }
        func range(_ range: ClosedRange<Int>) -> ClosedRange<UInt64> {
            UInt64(range.lowerBound)...UInt64(range.upperBound)
        }
        var options = SyntheticInternet.Options()
        let (ases, exchanges) = (SyntheticInternet.Options.asesPossible, SyntheticInternet.Options.exchangesPossible)
        options.ases = Int(try invocation.number("ases", range(ases)) ?? UInt64(options.ases))
        options.exchanges = Int(try invocation.number("exchanges", range(exchanges)) ?? UInt64(options.exchanges))
        options.seed = try invocation.number("seed", 0...UInt64.max) ?? options.seed
        let internet = SyntheticInternet(options)
        if let path = invocation.value("places") {
            do throws(FileError) { try File.write(Array(internet.placesText.utf8), to: path) } catch {
                throw Failure(.machineLacks, "\(error)")
            }
        }
        invocation.give(LinksReport(internet.graph), internet.graph.lines)
    }
}

extension Invocation {
    /// What a decompressed graph may have; the one of August 2024 has 11 MB.
    private static let graphLimit = 1 << 30

    fileprivate func graph() throws(Failure) -> ASGraph {
        let path = try required("FILE")
        let text: [UInt8]
        do throws(FileError) { text = try File.readDecompressed(path, limit: Self.graphLimit) } catch {
            throw Failure("\(error)")
        }
        do throws(GraphError) { return try ASGraph(text: text) } catch {
            throw Failure(problems: "\(path):\(error.line == nil ? " " : "")\(error)")
        }
    }

    fileprivate func ases() throws(Failure) -> [ASN] {
        var ases: [ASN] = []
        for text in values("as") {
            guard let asn = ASN(text) else {
                throw Failure("internet: --as \"\(text)\"; an AS number like 64500 or AS64500 is")
            }
            ases.append(asn)
        }
        return ases
    }

    fileprivate func number(_ option: String, _ range: ClosedRange<UInt64>) throws(Failure) -> UInt64? {
        guard let text = value(option) else { return nil }
        guard let number = UInt64(text), range.contains(number), !text.hasPrefix("+") else {
            throw Failure("internet: --\(option) \"\(text)\"; \(range.lowerBound) to \(range.upperBound) are possible")
        }
        return number
    }
}

extension ASGraph {
    /// Its text, without the last line's end.
    fileprivate var lines: String { String(decoding: text().dropLast(), as: UTF8.self) }
}

extension SyntheticInternet {
    fileprivate var placesText: String {
        let rows = zip(graph.ases, places).sorted { $0.0 < $1.0 }.compactMap { asn, place in
            place.map { "\(asn.rawValue),\"\($0.name)\",\($0.latitude),\($0.longitude)\n" }
        }
        return "asn,city,latitude,longitude\n" + rows.joined()
    }
}
