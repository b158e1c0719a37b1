import Control
import Kernel

/// A word as a shell reads it back.
func quoted(_ word: String) -> String { ShellWord.quoted(word) }

extension OrderTarget {
    /// `--neighbor r4`, as `landfall drain` and `undrain` take it.
    var option: String { name.map { "--\(kind) \(quoted($0))" } ?? "--\(kind)" }
}
