import Net

/// Comma-separated values under a line of names (RFC 4180), a record at a time: weights, measured landings, origins.
///
/// Lines may end as they like, empty ones and such that begin with `#` are passed over, and so are columns that nobody asks
/// for. Deviates: a quoted field doesn't go on in the next line, since a forgotten quote would swallow the rest of a file.
struct Table {
    static let lineLimit = 1 << 16
    static let recordLimit = 20_000_000

    /// What a column holds, whatever it is called.
    enum Column: Hashable {
        case asn, prefix, site, weight, users, queries, roundTrip, whence
        case country, otherCountry, airport, city, latitude, longitude
        /// UTC.
        case hour(Int)
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 0
    private var records = 0
    /// How many fields a record has.
    private var width = 0
    private var places: [Column: Int] = [:]
    /// All columns, as they are called.
    private var names: [String] = []

    init(_ bytes: [UInt8]) throws(TableError) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
        guard let names = try fields() else { throw TableError(.empty) }
        width = names.count
        for (place, field) in names.enumerated() {
            let name = field.text.printable(40)
            guard let column = Column(name) else { continue }
            guard places.updateValue(place, forKey: column) == nil else {
                throw TableError(.columnTwice(name), line: line, column: field.column)
            }
        }
        if width == 1, let found = Self.separator(in: names[0].text) {
            throw TableError(.separator(found), line: line)
        }
        self.names = names.map { $0.text.printable(40) }
    }

    private static func separator(in text: String) -> String? {
        text.contains(";") ? "semicolons" : text.contains("\t") ? "tabs" : text.contains("|") ? "bars" : nil
    }

    func has(_ column: Column) -> Bool { places[column] != nil }

    /// - Parameter wanted: columns of which one must be there.
    func require(_ wanted: [Column], called name: String) throws(TableError) {
        guard wanted.contains(where: has) else { throw TableError(.columnsMissing(name, found: names), line: 1) }
    }

    /// Columns that a reader of `wanted` leaves unread, as they are called.
    func unused(besides wanted: [Column]) -> [String] {
        names.indices.filter { place in !wanted.contains { places[$0] == place } }.map { names[$0] }
    }

    /// Prefixes alone name nobody.
    func requireOrigins(_ origins: Origins?) throws(TableError) {
        guard !has(.asn), origins == nil else { return }
        throw TableError(.columnsClash("prefixes without origins; --origins says which AS announces them"), line: 1)
    }

    /// The next record; nil at the end.
    mutating func next() throws(TableError) -> Record? {
        guard let fields = try fields() else { return nil }
        records += 1
        guard records <= Self.recordLimit else {
            throw TableError(.tooManyRecords(limit: Self.recordLimit), line: line)
        }
        guard fields.count == width else { throw TableError(.fields(fields.count, wanted: width), line: line) }
        return Record(fields: fields, places: places, line: line)
    }

    // MARK: Lines and fields

    private mutating func fields() throws(TableError) -> [Field]? {
        while offset < bytes.count {
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var text = bytes[offset..<end]
            offset = end + 1
            line += 1
            guard text.count <= Self.lineLimit else {
                throw TableError(.lineTooLong(limit: Self.lineLimit), line: line)
            }
            if text.last == UInt8(ascii: "\r") { text.removeLast() }
            if !text.isEmpty, text.first != UInt8(ascii: "#") { return try split(text) }
        }
        return nil
    }

    private func split(_ text: ArraySlice<UInt8>) throws(TableError) -> [Field] {
        var fields: [Field] = []
        var rest = text
        while true {
            let column = rest.startIndex - text.startIndex + 1
            let field = rest.first == UInt8(ascii: "\"") ? try quoted(&rest, column) : plain(&rest)
            fields.append(Field(text: field, column: column))
            guard rest.popFirst() != nil else { return fields }
        }
    }

    private func plain(_ rest: inout ArraySlice<UInt8>) -> String {
        let field = rest.prefix { $0 != UInt8(ascii: ",") }
        rest = rest.dropFirst(field.count)
        return String(decoding: field.trimmed, as: UTF8.self)
    }

    private func quoted(_ rest: inout ArraySlice<UInt8>, _ column: Int) throws(TableError) -> String {
        let quote = UInt8(ascii: "\"")
        var text: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte != quote {
                text.append(byte)
            } else if rest.first == quote {
                text.append(quote)
                rest.removeFirst()
            } else if rest.isEmpty || rest.first == UInt8(ascii: ",") {
                return String(decoding: text[...].trimmed, as: UTF8.self)
            } else {
                break
            }
        }
        throw TableError(.quote, line: line, column: column)
    }
}

extension Table.Column {
    /// As measuring tools and validators call it; capitals don't count.
    init?(_ name: String) {
        let name = name.lowercased()
        switch name {
        case "as", "asn": self = .asn
        case "prefix", "ip prefix": self = .prefix
        case "site": self = .site
        case "weight": self = .weight
        case "users": self = .users
        case "queries": self = .queries
        case "rtt", "rtt_ms", "rtt_avg": self = .roundTrip
        case "country", "country1", "cty1": self = .country
        case "country2", "cty2": self = .otherCountry
        case "airport": self = .airport
        case "city": self = .city
        case "latitude": self = .latitude
        case "longitude": self = .longitude
        case "whence": self = .whence
        default:
            guard name.utf8.count == 3, name.hasPrefix("h"), let hour = Int(name.dropFirst()), (0..<24).contains(hour)
            else { return nil }
            self = .hour(hour)
        }
    }
}

/// A field as it stands, without the spaces around it.
struct Field {
    var text: String
    /// From 1.
    var column: Int
}

extension ArraySlice<UInt8> {
    fileprivate var trimmed: Self {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
