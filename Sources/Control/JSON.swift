internal import FoundationEssentials

/// One document as JSON: the same document is the same text, in one line or, for people, in several. nil for what JSON
/// can't say, such as a number that is none.
package func json(_ document: some Encodable, isPretty: Bool = false) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) }
}
