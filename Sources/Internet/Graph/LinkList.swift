import Net

/// Links as they were read, before anything is known about the whole.
struct LinkList {
    private(set) var first: [UInt32] = []
    private(set) var second: [UInt32] = []
    private(set) var isPeering: [Bool] = []
    /// Where each link stands in its file; empty when there is none.
    private(set) var lines: [UInt32] = []
    /// ASes that may have no links.
    var alone: [UInt32] = []

    var count: Int { first.count }

    mutating func append(_ first: UInt32, _ second: UInt32, isPeering: Bool, line: Int? = nil) {
        self.first.append(first)
        self.second.append(second)
        self.isPeering.append(isPeering)
        if let line { lines.append(UInt32(clamping: line)) }
    }

    subscript(index: Int) -> Relationship {
        Relationship(first: ASN(first[index]), second: ASN(second[index]), isPeering: isPeering[index])
    }

    func line(of index: Int) -> Int? { index < lines.count ? Int(lines[index]) : nil }

    /// The line that makes one AS a provider of the other.
    func line(provider: ASN, of customer: ASN) -> Int? {
        (0..<count).first { self[$0] == .provider(provider, of: customer) }.flatMap(line)
    }

    /// The AS numbers that occur, ascending, each once.
    func numbers() -> [UInt32] {
        var all = first + second + alone
        all.sort()
        var kept = 0
        for number in all where kept == 0 || all[kept - 1] != number {
            all[kept] = number
            kept += 1
        }
        all.removeLast(all.count - kept)
        return all
    }
}

/// Links between numbered ASes, each pair once, sorted. One word a link, so that sorting them is cheap: the lower number,
/// the higher one, what they are to each other.
struct SortedLinks {
    private(set) var words: [UInt64] = []

    enum Kind: UInt64 {
        case lowerProvides = 0
        case higherProvides = 1
        case peers = 2
    }

    static func lower(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 33) }
    static func higher(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 2) & 0x7fff_ffff }
    static func kind(_ word: UInt64) -> Kind { Kind(rawValue: word & 3) ?? .peers }

    /// Links said twice count once; a pair of which two things are said is an error.
    init(_ list: LinkList, numbers: [UInt32]) throws(GraphError) {
        words.reserveCapacity(list.count)
        let index = NumberIndex(numbers)
        for link in 0..<list.count {
            let (a, b) = (UInt64(index[list.first[link]]), UInt64(index[list.second[link]]))
            guard a != b else { throw GraphError(.selfLoop(ASN(list.first[link])), line: list.line(of: link)) }
            let kind: Kind = list.isPeering[link] ? .peers : a < b ? .lowerProvides : .higherProvides
            words.append(min(a, b) << 33 | max(a, b) << 2 | kind.rawValue)
        }
        words.sort()
        var kept = 0
        for word in words where kept == 0 || words[kept - 1] != word {
            if kept > 0, words[kept - 1] >> 2 == word >> 2 { throw Self.contradiction(word, list, numbers) }
            words[kept] = word
            kept += 1
        }
        words.removeLast(words.count - kept)
    }

    /// Found again by a walk through the list, which is only taken on the way to an error.
    private static func contradiction(_ word: UInt64, _ list: LinkList, _ numbers: [UInt32]) -> GraphError {
        let (a, b) = (numbers[Int(lower(word))], numbers[Int(higher(word))])
        let said = (0..<list.count).filter {
            (list.first[$0] == a && list.second[$0] == b) || (list.first[$0] == b && list.second[$0] == a)
        }
        let meaning = said.map { list[$0].canonical }
        guard let old = said.first, let new = zip(said, meaning).first(where: { $0.1 != meaning[0] })?.0 else {
            return GraphError(.empty)
        }
        return GraphError(
            .contradiction(list[new], list[old], earlier: list.line(of: old)), line: list.line(of: new))
    }
}

extension Relationship {
    /// Peers in the order of their numbers.
    fileprivate var canonical: Self { isPeering && second < first ? .peers(second, first) : self }
}

/// The place of each number in an ascending list: by a table over the numbers that are common, else by halving.
private struct NumberIndex {
    private let numbers: [UInt32]
    private var table: [UInt32]

    init(_ numbers: [UInt32]) {
        self.numbers = numbers
        let top = numbers.last { $0 < 1 << 20 } ?? 0
        table = [UInt32](repeating: 0, count: min(Int(top) + 1, 16 * (numbers.count + 16)))
        for (index, number) in numbers.enumerated() where number < table.count { table[Int(number)] = UInt32(index) }
    }

    subscript(number: UInt32) -> UInt32 {
        if number < table.count { return table[Int(number)] }
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return UInt32(low)
    }
}
