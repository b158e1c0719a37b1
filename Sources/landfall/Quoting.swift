import Control

/// A word as a shell reads it back.
func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
        Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
            || "-_./:,=@+%".utf8.contains(byte)
    }
    if plain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

extension OrderTarget {
    /// `--neighbor r4`, as `landfall drain` and `undrain` take it.
    var option: String { name.map { "--\(kind) \(quoted($0))" } ?? "--\(kind)" }
}
