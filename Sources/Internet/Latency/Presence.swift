import Geo

/// In which countries each AS has routers, as far as its neighbors show: where it is at home itself, and where those are at home
/// whom it serves or peers with. Two neighbors can hand packets over in any country that both are in.
struct Presence: Sendable {
    /// Four words of 64 countries for each AS.
    private var words: [UInt64]
    private let homes: Homes
    /// Between the middles of countries, a row for each.
    private let kilometers: [Float]
    private let countries = Country.count

    private static let wordsPerAS = 4

    init(_ graph: ASGraph, _ homes: Homes) {
        self.homes = homes
        words = [UInt64](repeating: 0, count: graph.count * Self.wordsPerAS)
        kilometers = Self.distances
        for position in 0..<graph.count {
            insert(homes.country(at: position), position)
            for relation in [Relation.customer, .peer] {
                for neighbor in graph.neighbors(relation, of: position) {
                    insert(homes.country(at: Int(neighbor)), position)
                }
            }
        }
    }

    mutating func insert(_ country: Country?, _ position: Int) {
        guard let number = country?.number else { return }
        words[position * Self.wordsPerAS + Int(number >> 6)] |= 1 << UInt64(number & 63)
    }

    func contains(_ country: Country, at position: Int) -> Bool {
        words[position * Self.wordsPerAS + Int(country.number >> 6)] >> UInt64(country.number & 63) & 1 == 1
    }

    /// Where packets go from one AS to another: the country nearest to where they are in which both are (hot potato). Nil: they
    /// meet where nobody knows of.
    func meeting(of one: Int, and other: Int, near country: Country) -> Country? {
        if contains(country, at: one), contains(country, at: other) { return country }
        let row = Int(country.number) * countries
        var best: (number: Int, kilometers: Float)?
        for index in 0..<Self.wordsPerAS {
            var word = words[one * Self.wordsPerAS + index] & words[other * Self.wordsPerAS + index]
            while word != 0 {
                let candidate = index * 64 + word.trailingZeroBitCount
                let distance = kilometers[row + candidate]
                if distance < best?.kilometers ?? .infinity { best = (candidate, distance) }
                word &= word - 1
            }
        }
        return best.map { Country(number: UInt8($0.number)) }
    }

    func kilometers(_ one: Country, _ other: Country) -> Float {
        kilometers[Int(one.number) * countries + Int(other.number)]
    }

    private static let distances: [Float] = {
        let middles = Country.all.map(\.middle)
        return middles.flatMap { one in
            middles.map { other in
                guard let one, let other else { return 0 }
                return Float(one.kilometers(to: other))
            }
        }
    }()
}
