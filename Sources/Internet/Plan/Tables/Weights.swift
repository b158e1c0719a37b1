import Net

/// A table of what ASes count for, held against a graph: what could be used, and what couldn't.
///
///     as,users            prefix,queries          as,h00,h01,…,h23
///     64500,120000        192.0.2.0/24,4500       64500,310,290,…,420
///
/// Numbers of one AS that stands there more than once are added up: tables of users have a line for each country.
public struct Weights: Sendable {
    public var clients: Clients
    /// Lines with numbers.
    public var records = 0
    /// Lines about an AS that had one before.
    public var repeated = 0
    /// ASes that the graph doesn't have, and their part of all numbers.
    public var unknown = Missed()
    /// Prefixes that no origin is known of, and their part of all numbers.
    public var unmapped = Missed()
    /// Prefixes that several ASes announce; they count for the lowest that the graph knows.
    public var ambiguous = 0
    /// ASes of the graph that no line is about, so that they count for nothing.
    public var uncounted = 0
    /// Columns that aren't read.
    public var strange: [String]

    /// What a table has and nobody could use.
    public struct Missed: Hashable, Sendable {
        public var count = 0
        /// Of 1.
        public var share = 0.0
    }

    /// - Parameter origins: needed for prefixes.
    public init(_ text: [UInt8], for graph: ASGraph, _ origins: Origins?) throws(TableError) {
        var table = try Table(text)
        let amounts = try table.amounts()
        try table.requireOrigins(origins)
        strange = table.unused(besides: [.asn, .prefix] + amounts.columns)
        let hours = amounts.column == nil ? graph.count * Clients.hoursOfDay : 0
        clients = Clients(
            weights: [Double](repeating: 0, count: graph.count), amounts.unit,
            hours: [Float](repeating: 0, count: hours),
            queriesPerWeight: amounts.unit == .queries ? 1 : nil)
        try read(&table, amounts, graph, origins)
    }

    private mutating func read(
        _ table: inout Table, _ amounts: Amounts, _ graph: ASGraph, _ origins: Origins?
    ) throws(TableError) {
        var seen = Bits(count: graph.count)
        var strangers = Set<ASN>()
        while let record = try table.next() {
            records += 1
            let (subject, isAmbiguous) = try record.subject(in: graph, origins)
            let (weight, hours) = try record.amount(amounts.column)
            ambiguous += isAmbiguous ? 1 : 0
            switch subject {
            case .known(let position):
                if !seen.insert(position) { repeated += 1 }
                clients.add(weight, hours, at: position)
            case .unknown(let asn):
                strangers.insert(asn)
                unknown.share += weight
            case .unmapped:
                unmapped.count += 1
                unmapped.share += weight
            }
        }
        unknown.count = strangers.count
        uncounted = (0..<graph.count).count { !seen.contains($0) }
        try settle()
    }

    private mutating func settle() throws(TableError) {
        let used = clients.total
        guard used > 0 else {
            throw TableError(.nothingUsable("no AS of the graph counts for anything in this table"))
        }
        let all = used + unknown.share + unmapped.share
        (unknown.share, unmapped.share) = (unknown.share / all, unmapped.share / all)
    }
}

/// What a table's numbers are, and where.
private struct Amounts {
    var unit: Clients.Unit
    /// Nil: one for each hour.
    var column: Table.Column?

    var columns: [Table.Column] { column.map { [$0] } ?? (0..<Clients.hoursOfDay).map { .hour($0) } }
}

extension Table {
    /// What the numbers are, and where.
    fileprivate func amounts() throws(TableError) -> Amounts {
        try require([.asn, .prefix], called: "\"as\" or \"prefix\"")
        let hours = (0..<Clients.hoursOfDay).count { has(.hour($0)) }
        let units: [(Column, Clients.Unit)] = [(.users, .users), (.queries, .queries), (.weight, .weight)]
        let found = units.filter { has($0.0) }
        guard hours == 0 || hours == Clients.hoursOfDay else {
            throw TableError(.columnsClash("\(hours) columns of hours; all of h00 to h23 are wanted, or none"), line: 1)
        }
        guard found.count + (hours > 0 ? 1 : 0) <= 1 else {
            throw TableError(
                .columnsClash("more than one of the columns users, queries, weight and h00 to h23; one is enough"),
                line: 1)
        }
        // Hours are queries: nothing else has a load by the hour.
        if hours > 0 { return Amounts(unit: .queries, column: nil) }
        guard let (column, unit) = found.first else {
            try require([.weight], called: "users, queries, weight or h00 to h23")
            return Amounts(unit: .weight, column: .weight)
        }
        return Amounts(unit: unit, column: column)
    }
}

extension Record {
    /// The number of this line; or 24 of them, and their mean.
    fileprivate func amount(_ column: Table.Column?) throws(TableError) -> (mean: Double, hours: [Double]) {
        if let column {
            guard let value = try number(column) else { throw lack("a number", in: column) }
            return (value, [])
        }
        var hours: [Double] = []
        for hour in 0..<Clients.hoursOfDay {
            guard let value = try number(.hour(hour)) else { throw lack("a number for each hour", in: .hour(hour)) }
            hours.append(value)
        }
        return (hours.reduce(0, +) / Double(Clients.hoursOfDay), hours)
    }
}

extension Clients {
    fileprivate mutating func add(_ weight: Double, _ hours: [Double], at position: Int) {
        weights[position] += weight
        for (hour, value) in hours.enumerated() { self.hours[position * Self.hoursOfDay + hour] += Float(value) }
    }

    /// Every AS counts the same.
    public init(of graph: ASGraph) { self.init(weights: [Double](repeating: 1, count: graph.count), .ases) }

    /// Every AS counts for its customer cone.
    public init(conesOf graph: ASGraph) { self.init(weights: graph.coneSizes().map { Double($0) }, .cone) }
}
