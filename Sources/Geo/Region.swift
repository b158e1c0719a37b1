/// A part of the world as the United Nations' statistics divide it (M49: the intermediate region where there is one, else the
/// sub-region), in the order of their names.
public enum Region: UInt8, Hashable, Sendable, CaseIterable {
    case antarctica, australiaAndNewZealand, caribbean, centralAmerica, centralAsia, easternAfrica, easternAsia
    case easternEurope, melanesia, micronesia, middleAfrica, northernAfrica, northernAmerica, northernEurope, polynesia
    case southAmerica, southEasternAsia, southernAfrica, southernAsia, southernEurope, westernAfrica, westernAsia
    case westernEurope

    public var name: String { Self.names[Int(rawValue)] }

    public init?(name: String) {
        guard let number = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: UInt8(number))
    }

    private static let names = [
        "Antarctica", "Australia and New Zealand", "Caribbean", "Central America", "Central Asia", "Eastern Africa",
        "Eastern Asia", "Eastern Europe", "Melanesia", "Micronesia", "Middle Africa", "Northern Africa",
        "Northern America",
        "Northern Europe", "Polynesia", "South America", "South-eastern Asia", "Southern Africa", "Southern Asia",
        "Southern Europe", "Western Africa", "Western Asia", "Western Europe",
    ]
}

extension Region: CustomStringConvertible {
    public var description: String { name }
}
