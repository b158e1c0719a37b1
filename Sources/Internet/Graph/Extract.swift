public import Net

extension ASGraph {
    /// A part of the Internet around some ASes, with every link between those that are in it: for rehearsals, where each AS
    /// is a process.
    ///
    /// In it are the wanted ASes, and for each a way up to an AS without providers, by the provider with the largest cone.
    /// Then, until there are `count`, ASes that join parts which no link connects, and the largest cones among the
    /// neighbors of those that are in. It may have more than `count` when the wanted ASes need that to reach the top.
    ///
    /// - Throws: an AS that isn't in the graph.
    public func extract(around wanted: [ASN], count: Int) throws(PropagationError) -> ASGraph {
        var part = Part(self)
        for asn in wanted { part.climb(from: try known(asn)) }
        part.connect()
        part.grow(to: count)
        return part.graph()
    }
}

private struct Part {
    private let whole: ASGraph
    private let cones: [Int]
    private var members: Bits
    private var count = 0

    init(_ whole: ASGraph) {
        self.whole = whole
        cones = whole.coneSizes()
        members = Bits(count: whole.count)
    }

    /// Larger cones first, then lower numbers.
    private func rank(_ position: Int) -> (Int, ASN) { (-cones[position], whole.ases[position]) }

    mutating func climb(from start: Int) {
        var position = start
        while insert(position) {
            let next = whole.neighbors(.provider, of: position).min { rank(Int($0)) < rank(Int($1)) }
            guard let next else { return }
            position = Int(next)
        }
    }

    @discardableResult
    private mutating func insert(_ position: Int) -> Bool {
        guard members.insert(position) else { return false }
        count += 1
        return true
    }

    /// The shortest ways between parts, over links of any kind; a part that none leads to stays by itself.
    mutating func connect() {
        while let way = wayOut() {
            for position in way { climb(from: position) }
        }
    }

    /// From the part of the first member to another one: breadth first, so a shortest.
    private func wayOut() -> [Int]? {
        guard let first = (0..<whole.count).first(where: { members.contains($0) }) else { return nil }
        var own = Bits(count: whole.count)
        var inside = [first]
        own.insert(first)
        while let position = inside.popLast() {
            for neighbor in neighbors(position) where members.contains(neighbor) && own.insert(neighbor) {
                inside.append(neighbor)
            }
        }
        var from = [Int: Int]()
        var waiting = (0..<whole.count).filter { own.contains($0) }
        var next = 0
        while next < waiting.count {
            let position = waiting[next]
            next += 1
            for neighbor in neighbors(position) where own.insert(neighbor) {
                from[neighbor] = position
                if members.contains(neighbor) { return way(to: neighbor, from) }
                waiting.append(neighbor)
            }
        }
        return nil
    }

    private func way(to end: Int, _ from: [Int: Int]) -> [Int] {
        sequence(first: end) { from[$0] }.dropFirst().filter { !members.contains($0) }
    }

    private func neighbors(_ position: Int) -> [Int] {
        Relation.allCases.flatMap { whole.neighbors($0, of: position).map { Int($0) } }
    }

    mutating func grow(to wanted: Int) {
        var border = Bits(count: whole.count)
        var candidates: [Int] = []
        func open(_ position: Int, _ border: inout Bits, _ candidates: inout [Int]) {
            for neighbor in neighbors(position) where !members.contains(neighbor) && border.insert(neighbor) {
                candidates.append(neighbor)
            }
        }
        for position in 0..<whole.count where members.contains(position) { open(position, &border, &candidates) }
        while count < wanted, let best = candidates.indices.min(by: { rank(candidates[$0]) < rank(candidates[$1]) }) {
            let position = candidates.remove(at: best)
            climb(from: position)
            open(position, &border, &candidates)
            candidates.removeAll { members.contains($0) }
        }
    }

    func graph() -> ASGraph {
        let links = whole.relationships.filter { link in
            [link.first, link.second].allSatisfy { whole.position(of: $0).map { members.contains($0) } ?? false }
        }
        // Links of a graph without contradictions have none; without links there is nobody.
        return (try? ASGraph(links)) ?? whole
    }
}
