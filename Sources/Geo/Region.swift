/// A part of the world as the United Nations' statistics divide it (M49: the intermediate region where there is one, else the
/// sub-region).
public enum Region: String, Hashable, Sendable, CaseIterable {
    case antarctica = "Antarctica"
    case australiaAndNewZealand = "Australia and New Zealand"
    case caribbean = "Caribbean"
    case centralAmerica = "Central America"
    case centralAsia = "Central Asia"
    case easternAfrica = "Eastern Africa"
    case easternAsia = "Eastern Asia"
    case easternEurope = "Eastern Europe"
    case melanesia = "Melanesia"
    case micronesia = "Micronesia"
    case middleAfrica = "Middle Africa"
    case northernAfrica = "Northern Africa"
    case northernAmerica = "Northern America"
    case northernEurope = "Northern Europe"
    case polynesia = "Polynesia"
    case southAmerica = "South America"
    case southEasternAsia = "South-eastern Asia"
    case southernAfrica = "Southern Africa"
    case southernAsia = "Southern Asia"
    case southernEurope = "Southern Europe"
    case westernAfrica = "Western Africa"
    case westernAsia = "Western Asia"
    case westernEurope = "Western Europe"
}

extension Region: CustomStringConvertible {
    public var description: String { rawValue }
}
