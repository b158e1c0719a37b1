import Control
import Glibc
import Kernel
import Synchronization

/// Data goes to stdout, talk to stderr; colour and redrawing only where somebody looks, and never with NO_COLOR.
enum Terminal {
    enum Colour: Int { case red = 31, green = 32, yellow = 33, grey = 90, bold = 1 }

    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    static let isTalkTerminal = isatty(STDERR_FILENO) == 1
    /// NO_COLOR counts when it isn't empty (no-color.org).
    private static let wantsColour: Bool = {
        if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
        return getenv("TERM").map { String(cString: $0) } != "dumb"
    }()

    /// The last error of standard output.
    private static let lost = Atomic<Int32>(0)

    /// Data. What could not be written decides how the program ends: see ``conclude``.
    static func print(_ text: String) {
        let code = write(text + "\n", to: STDOUT_FILENO)
        if code != 0 { lost.store(code, ordering: .relaxed) }
    }

    /// Whether what is printed is lost: the reader is gone, or the disk is full.
    static var isLost: Bool { lost.load(ordering: .relaxed) != 0 }

    /// One document, for a program.
    static func print(json document: some Encodable) {
        guard let text = Control.json(document, isPretty: true) else { return lost.store(EINVAL, ordering: .relaxed) }
        print(text)
    }

    /// One document on one line, among others.
    static func print(line document: some Encodable) {
        guard let text = Control.json(document) else { return lost.store(EINVAL, ordering: .relaxed) }
        print(text)
    }

    /// What the program ends with, after a verb that came to `exit`: data that is on no disk is nothing that was done.
    /// Whoever closed a pipe wanted no more, which is no error.
    static func conclude(_ exit: Exit) -> Exit {
        let code = lost.load(ordering: .relaxed)
        guard code != 0, code != EPIPE else { return exit }
        say("landfall: standard output: \(String(cString: strerror(code)))")
        return exit == .done ? .machineLacks : exit
    }

    /// Talk: errors, warnings, what comes next.
    static func say(_ text: String) {
        clearProgress()
        write(text + "\n", to: STDERR_FILENO)
    }

    /// For text on stdout.
    static var ink: Ink { Ink(isColoured: isOutputTerminal && wantsColour) }
    static func paint(_ text: String, _ colour: Colour) -> String { ink.paint(text, colour) }

    /// How many columns a line on stdout may have; nil: as many as it likes, where nobody looks. COLUMNS counts where no
    /// terminal knows better.
    static var width: Int? {
        let wish = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }.flatMap {
            (20...10_000).contains($0) ? $0 : nil
        }
        return isOutputTerminal ? Window.of(STDOUT_FILENO)?.columns ?? wish ?? 80 : wish
    }

    /// So many columns lines are wrapped at: those of the terminal. Elsewhere, where `grep` and programs read, a line is one.
    static var screenWidth: Int? { isOutputTerminal ? width : nil }

    /// One line that the next one replaces: what is being done. Silent where nobody looks.
    static func progress(_ text: String) {
        if isTalkTerminal { write("\r\u{1b}[K\(text)", to: STDERR_FILENO) }
    }

    static func clearProgress() { progress("") }

    // MARK: A screen of its own

    /// Whether what stands there can be replaced.
    static var canRedraw: Bool { isOutputTerminal && getenv("TERM").map { String(cString: $0) } ?? "dumb" != "dumb" }

    /// The alternate screen, without a cursor (xterm's control sequences 1049 and 25).
    static func enterScreen() { write("\u{1b}[?1049h\u{1b}[?25l", to: STDOUT_FILENO) }
    static func leaveScreen() { write("\u{1b}[?25h\u{1b}[?1049l", to: STDOUT_FILENO) }

    /// From the top, over what was there; what doesn't fit is said.
    static func redraw(_ lines: [String]) {
        let rows = max(2, Window.of(STDOUT_FILENO)?.rows ?? 24)
        let hidden = lines.count - rows
        let shown = hidden > 0 ? lines.prefix(rows - 1) + ["… \(hidden + 1) more lines: landfall status"] : lines[...]
        write("\u{1b}[H" + shown.joined(separator: "\u{1b}[K\r\n") + "\u{1b}[K\u{1b}[J", to: STDOUT_FILENO)
    }

    /// All of it, waiting for a reader that is slow. Gives the error that kept it from that, or 0.
    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
