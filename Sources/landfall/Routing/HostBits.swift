import Net

/// What is wrong with a prefix that isn't one for its host bits only; nil: something else, or nothing.
func hostBits(of text: String) -> String? {
    guard let slash = text.lastIndex(of: "/"), Prefix(text) == nil, let address = Address(text[..<slash]),
        let length = Int(text[text.index(after: slash)...]), let network = Prefix(address, length: length)
    else { return nil }
    return "\"\(text.printable(100))\" has host bits set: \(network) is the network, \(address) its host"
}
