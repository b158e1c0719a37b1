import Config

/// What the command line ends with; `status --check` alone differs (see docs).
enum Exit: Int32 {
    case done = 0
    /// An expectation of a rehearsal, or what `--check` asked for, did not hold.
    case expectationFailed = 1
    /// A file or a command line that is wrong.
    case badInput = 2
    /// The machine lacks a capability, a program or a port; the message says the remedy.
    case machineLacks = 3
}

/// Why a verb gave up, and with what the program ends.
struct Failure: Error {
    var exit: Exit
    /// As it goes to stderr; empty when all was said.
    var text: String

    init(_ exit: Exit, _ message: String) { (self.exit, text) = (exit, "landfall: \(message)") }

    /// What was asked for is wrong.
    init(_ message: String) { self.init(.badInput, message) }

    /// Each line begins with a file, a line and a column, so that editors can jump there.
    init(_ problems: Diagnostics) { self.init(problems: "\(problems)") }
    init(problems: String) { (exit, text) = (.badInput, problems) }

    init(help: String) { (exit, text) = (.badInput, help) }
}
