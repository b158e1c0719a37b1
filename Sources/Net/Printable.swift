extension StringProtocol {
    /// What others wrote, as it may stand in a log, on a terminal or in a variable: on one line, `limit` scalars long at
    /// most, with `mark` for control characters, line ends and direction marks, so that nothing obeys it.
    package func printable(_ limit: Int = .max, mark: Unicode.Scalar = " ") -> String {
        let kept = unicodeScalars.prefix(limit).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: mark
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(kept))
    }
}
