import Geo
import Net

extension Record {
    /// ISO 3166-1 alpha-2; capitals don't count.
    func country(_ column: Table.Column = .country) throws(TableError) -> Country? {
        guard let field = text(column) else { return nil }
        guard let country = Country(code: field.text.uppercased()) else {
            throw fault(field, wanted: "a country's code of two letters (ISO 3166-1), such as DE,")
        }
        return country
    }

    func airport() throws(TableError) -> Airport? {
        guard let field = text(.airport) else { return nil }
        guard let airport = Airport(code: field.text.uppercased()) else {
            throw fault(field, wanted: "an airport's code of three letters (IATA), such as FRA,")
        }
        return airport
    }

    /// Nil without latitude and longitude; one without the other is half a place.
    func place() throws(TableError) -> Place? {
        let (latitude, longitude) = (try degrees(.latitude, within: 90), try degrees(.longitude, within: 180))
        guard let latitude, let longitude else {
            if latitude == nil, longitude == nil { return nil }
            throw lack("both latitude and longitude")
        }
        return Place(name: text(.city)?.text.printable(60) ?? "", latitude: latitude, longitude: longitude)
    }

    private func degrees(_ column: Table.Column, within limit: Double) throws(TableError) -> Double? {
        guard let field = text(column) else { return nil }
        let plain = field.text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || [UInt8(ascii: "."), UInt8(ascii: "-")].contains($0)
        }
        guard plain, let value = Double(field.text), abs(value) <= limit else {
            throw fault(field, wanted: "degrees from -\(Int(limit)) to \(Int(limit))")
        }
        return value
    }
}
