public import Geo
public import Net

/// In which country the organisation behind each AS is at home: CAIDA's inference from WHOIS, as text or as JSON lines.
///
///     # format:org_id|changed|org_name|country|source
///     LPL-141-ARIN|20111103|Level 3 Parent, LLC|US|ARIN
///     # format:aut|changed|aut_name|org_id|opaque_id|source
///     1|20180220|LVLT-1|LPL-141-ARIN|e5e3b9…_ARIN|ARIN
///
///     {"organizationId":"LPL-141-ARIN","country":"US","name":"Level 3 Parent, LLC",…,"type":"Organization"}
///     {"asn":"1","organizationId":"LPL-141-ARIN","name":"LVLT-1",…,"type":"ASN"}
///
/// (https://www.caida.org/catalog/datasets/as-organizations/ has them, under terms of its own.)
public struct ASOrganizations: Sendable {
    private var countries: [ASN: Country] = [:]
    public private(set) var organizations = 0
    public private(set) var ases = 0
    /// ASes whose organisation has no country, or one that ISO 3166-1 doesn't know, like EU.
    public private(set) var withoutCountry = 0
    /// ASes whose organisation isn't in the file.
    public private(set) var withoutOrganization = 0

    public static let lineLimit = 1 << 16
    /// Organisations and ASes together; in 2020 there were 176,500.
    public static let recordLimit = 5_000_000

    /// - Parameter text: a whole file, decompressed.
    public init(_ text: [UInt8]) throws(TableError) {
        var reader = OrganizationReader()
        var (start, line) = (0, 0)
        while start < text.count {
            line += 1
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            guard end - start <= Self.lineLimit else {
                throw TableError(.lineTooLong(limit: Self.lineLimit), line: line)
            }
            // What looks whole could be cut: an AS's last field is no number.
            guard end < text.count else { throw TableError(.cutInMidLine, line: line) }
            try reader.take(text[start..<end], line: line)
            guard reader.records <= Self.recordLimit else {
                throw TableError(.tooManyRecords(limit: Self.recordLimit), line: line)
            }
            start = end + 1
        }
        try settle(reader)
    }

    public func country(of asn: ASN) -> Country? { countries[asn] }

    private mutating func settle(_ reader: OrganizationReader) throws(TableError) {
        organizations = reader.countries.count
        ases = reader.organizations.count
        for (asn, id) in reader.organizations {
            guard let code = reader.countries[id] else {
                withoutOrganization += 1
                continue
            }
            guard let country = Country(code: code) else {
                withoutCountry += 1
                continue
            }
            countries[asn] = country
        }
        guard !countries.isEmpty else {
            throw TableError(.nothingUsable("no AS with an organisation in a country is in here"))
        }
    }
}

/// What stands in the file, line by line; organisations may come before their ASes or after.
private struct OrganizationReader {
    /// Of organisations, by their identifiers.
    var countries: [String: String] = [:]
    var organizations: [ASN: String] = [:]
    var records: Int { countries.count + organizations.count }
    /// The columns of the lines that follow.
    private var format: [String] = []

    mutating func take(_ bytes: ArraySlice<UInt8>, line: Int) throws(TableError) {
        let text = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        switch text.first {
        case nil: return
        case UInt8(ascii: "{"): try takeObject(text, line: line)
        case UInt8(ascii: "#"): takeComment(text)
        default: try takeFields(text, line: line)
        }
    }

    private mutating func takeComment(_ text: ArraySlice<UInt8>) {
        let comment = String(decoding: text.dropFirst(), as: UTF8.self).drop { $0 == " " }
        guard comment.hasPrefix("format:") else { return }
        format = comment.dropFirst("format:".count).split(separator: "|").map { $0.filter { $0 != " " } }
    }

    private mutating func takeFields(_ text: ArraySlice<UInt8>, line: Int) throws(TableError) {
        let fields = text.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        func field(_ name: String) throws(TableError) -> Field? {
            guard let index = format.firstIndex(of: name) else { return nil }
            guard fields.count == format.count else {
                throw TableError(.fields(fields.count, wanted: format.count), line: line)
            }
            let column = fields[index].startIndex - text.startIndex + 1
            return Field(text: String(decoding: fields[index], as: UTF8.self), column: column)
        }
        guard let id = try field("org_id") else {
            throw TableError(
                .unreadable(found: "a line", wanted: "\"# format:\" and the names of the columns, org_id among them,"),
                line: line)
        }
        if let asn = try field("aut") {
            try take(asn, of: id.text, line: line)
        } else if let country = try field("country") {
            countries[id.text] = country.text
        }
    }

    private mutating func takeObject(_ text: ArraySlice<UInt8>, line: Int) throws(TableError) {
        var values: [String: Field] = [:]
        var object = FlatObject(text, line: line)
        while let (key, value) = try object.next() { values[key] = value }
        guard let id = values["organizationId"] else {
            throw TableError(.unreadable(found: "no \"organizationId\"", wanted: "one"), line: line)
        }
        if let asn = values["asn"] {
            try take(asn, of: id.text, line: line)
        } else {
            countries[id.text] = values["country"]?.text ?? ""
        }
    }

    private mutating func take(_ field: Field, of id: String, line: Int) throws(TableError) {
        guard let asn = ASN(field.text), asn.rawValue > 0 else {
            throw TableError(
                .unreadable(found: "\"\(field.text.printable(40))\"", wanted: "an AS number, 1 to 4294967295,"),
                line: line,
                column: field.column)
        }
        organizations[asn] = id
    }
}
