import Net

/// One line of a ``Table``, whose fields are asked for by what they hold.
struct Record {
    var fields: [Field]
    var places: [Table.Column: Int]
    var line: Int

    /// No number is larger; sums of millions of them are still exact enough, and fit everywhere.
    static let largest = 1e15

    /// Nil: there is no such column, or nothing in it.
    func text(_ column: Table.Column) -> Field? {
        places[column].map { fields[$0] }.flatMap { $0.text.isEmpty ? nil : $0 }
    }

    func asn() throws(TableError) -> ASN? {
        guard let field = text(.asn) else { return nil }
        guard let asn = ASN(field.text), asn.rawValue > 0 else {
            throw fault(field, wanted: "an AS number, such as 64500 or AS64500,")
        }
        return asn
    }

    func prefix() throws(TableError) -> Prefix? {
        guard let field = text(.prefix) else { return nil }
        guard let prefix = Prefix(field.text) ?? Address(field.text).map(Prefix.init(host:)) else {
            throw fault(field, wanted: "a prefix, such as 192.0.2.0/24,")
        }
        return prefix
    }

    /// Not negative, in digits with at most one point.
    func number(_ column: Table.Column) throws(TableError) -> Double? {
        guard let field = text(column) else { return nil }
        let isPlain = field.text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let value = Double(field.text), value <= Self.largest else {
            throw fault(field, wanted: "a number from 0 to 10^15")
        }
        return value
    }

    func fault(_ field: Field, wanted: String) -> TableError {
        let shown = field.text.isEmpty ? "nothing" : "\"\(field.text.printable(40))\""
        return TableError(.unreadable(found: shown, wanted: wanted), line: line, column: field.column)
    }

    /// That this line lacks something, in a column that is there or isn't.
    func lack(_ wanted: String, in column: Table.Column? = nil) -> TableError {
        let place = column.flatMap { places[$0] }.map { fields[$0].column }
        return TableError(.unreadable(found: "nothing", wanted: wanted), line: line, column: place)
    }
}
