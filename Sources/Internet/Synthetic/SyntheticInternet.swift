public import Geo
public import Net

/// An Internet that nobody has measured: for examples and tests, since CAIDA's files may not be passed on. The same
/// options give the same one, always.
///
/// It has what landings depend on: a clique without providers, transit ASes in layers whose customers come by preferential
/// attachment (Barabási and Albert 1999) among those near by, stubs with one to four providers, exchanges in large cities
/// whose members peer with many others, and a few content networks that are at most of them.
public struct SyntheticInternet: Sendable {
    public struct Options: Hashable, Sendable {
        public var ases = 1000
        public var seed: UInt64 = 1
        /// Cities with an exchange, the largest first.
        public var exchanges = 30

        public static let asesPossible = 10...200_000
        public static let exchangesPossible = 0...Metro.all.count

        public init() {}
    }

    public struct Exchange: Hashable, Sendable {
        public var place: Place
        /// In the order in which they came to be.
        public var members: [ASN]
    }

    public let graph: ASGraph
    /// Where each AS is at home, by position.
    public let places: [Place?]
    public let exchanges: [Exchange]

    /// Sizes out of range are brought into it.
    public init(_ options: Options) {
        var growth = Growth(options)
        growth.run()
        // A growth links new ASes to old ones, and each pair once: nothing of it can be refused.
        guard let graph = try? ASGraph(growth.links) else { preconditionFailure("a synthetic Internet has a fault") }
        self.graph = graph
        let homes = Dictionary(uniqueKeysWithValues: growth.ases.map { ($0.asn, $0.metro) })
        places = graph.ases.map { asn in homes[asn].map { growth.metros[$0].place } }
        exchanges = growth.exchanges.map { exchange in
            Exchange(
                place: growth.metros[exchange.metro].place, members: exchange.members.map { growth.ases[$0].asn })
        }
    }
}

/// A city with many networks.
public struct Metro: Sendable {
    public var place: Place
    /// Its share of networks, in any unit.
    public var weight: Int

    /// By weight: roughly how many networks are present in each, in hundreds.
    public static let all: [Metro] = codes.compactMap { code, weight in
        Airport(code: code).map { Metro(place: $0.place, weight: weight) }
    }

    private static let codes: [(String, Int)] = [
        ("FRA", 20), ("AMS", 19), ("LHR", 18), ("GRU", 17), ("IAD", 14), ("CDG", 11), ("SIN", 11), ("LAX", 10),
        ("NRT", 9), ("JFK", 9), ("CGK", 9), ("DFW", 8), ("ORD", 8), ("HKG", 8), ("SJC", 8), ("MIA", 8), ("BOM", 8),
        ("SVO", 8), ("WAW", 7), ("DEL", 6), ("SYD", 6), ("EZE", 6), ("YYZ", 5), ("MAD", 5), ("MXP", 5), ("ARN", 5),
        ("VIE", 5), ("PRG", 5), ("ZRH", 5), ("JNB", 5), ("SEA", 5), ("ATL", 5), ("DEN", 4), ("IST", 4), ("KBP", 4),
        ("OTP", 4), ("SOF", 4), ("DXB", 3), ("BOG", 3), ("SCL", 3), ("MEX", 3), ("ICN", 3), ("TPE", 3), ("BKK", 3),
        ("KUL", 3), ("NBO", 2), ("LOS", 2), ("CAI", 2), ("AKL", 2), ("HEL", 2), ("LIS", 2), ("DUB", 2),
    ]
}
