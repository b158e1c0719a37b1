import Files
import Glibc
import Net
import Peers
import Testing

@testable import landfall

@Suite("Lines on a screen")
struct WidthTests {
    private let rows = [
        ["check", "state folder", String(repeating: "a sentence of words ", count: 8)],
        ["x", "\u{1b}[31mfailing-for-long\u{1b}[0m", "short"],
    ]

    @Test("a table fits into the columns of a screen, whole, and is as long as it gets elsewhere")
    func table() {
        let lines = Table(rows).lines(within: 60)
        #expect(lines.allSatisfy { Table.width($0) <= 60 } && lines.count > 3, "\(lines)")
        #expect(lines.joined(separator: " ").split(separator: " ").count { $0 == "sentence" } == 8)
        #expect(lines.dropFirst().first?.hasPrefix("                         ") == true, "below its column")
        #expect(lines.contains { $0.contains("\u{1b}[31mfailing-for-long\u{1b}[0m  short") })
        #expect(Table(rows).lines(within: nil).count == 2)
        let two = Table(
            [[String(repeating: "a", count: 70), String(repeating: "b", count: 40), "12"]], rightAligned: [2])
        #expect(two.lines(within: 60).map(\.count).max() == 60, "\(two.lines(within: 60))")
        #expect(Table([["abc", "def"]]).lines(within: 5) == ["abc  def"], "there is no room to be had")
    }

    @Test("prose and events go on in the next line, and lose nothing")
    func prose() {
        let text = "  one two three four five six seven\nshort\na  b  columns stay as they are, however long"
        #expect(
            text.fitted(to: 24)
                == "  one two three four\n    five six seven\nshort\na  b  columns stay as they are, however long")
        #expect(text.fitted(to: nil) == text)
        #expect(
            EventText.fitted("one two three four five six", behind: 10, in: 20) == "one two\n    three four five six")
        #expect(EventText.fitted("unbelievable", behind: 10, in: 20) == "\n    unbelievable")
        #expect(EventText.fitted("one two", behind: 10, in: nil) == "one two")
    }

    /// Through util-linux's `script`, which makes the terminal.
    @Test(
        "what a person reads in a terminal has no longer line but of what can't be broken",
        .enabled(if: access("/usr/bin/script", X_OK) == 0, "needs /usr/bin/script"),
        arguments: [80, 100])
    func terminal(_ columns: Int) throws {
        let words = "check \(Repository.example)"
        let order = "stty cols \(columns); exec \(Landfall.path) \(words)"
        let shown = try Command(
            program: "/usr/bin/script", ["-qec", order, "/dev/null"], environment: ["TERM=xterm", "NO_COLOR=1"])
        let lines = shown.output.split(whereSeparator: \.isNewline)
        let long = lines.filter { $0.count > columns && !$0.contains("three-sites.yaml:") }
        #expect(lines.count > 10 && long.isEmpty, "\(long)")
        let piped = try Command(program: "/bin/sh", ["-c", "\(Landfall.path) \(words) | cat"])
        #expect(piped.output.split(whereSeparator: \.isNewline).contains { $0.count > 120 }, "elsewhere a line is one")
    }
}
