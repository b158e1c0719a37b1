/// Commands that are shown to be typed, or pasted.
public enum ShellWord {
    /// As a shell reads it back.
    public static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
                || "-_./:,=@+%".utf8.contains(byte)
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
