internal import Health
internal import Kernel
internal import Net

/// What a program has printed so far, as far as it is kept.
///
/// A plugin says what it found in the first line of standard output, and that is the reason that is shown. Others keep
/// standard output for what they were asked for and tell on standard error what went wrong: at its end, behind warnings
/// and a progress meter (curl), or the places that an error came through (Python). So where there is no first line, the
/// last one of standard error is the reason.
struct Printed {
    enum Stream: Int, CaseIterable { case output, error }

    /// Both streams in the order in which they were read, the beginning.
    private(set) var kept: [UInt8] = []
    private(set) var count = 0
    private var output: [UInt8] = []
    /// The end.
    private var error: [UInt8] = []

    private static let mostKept = ExecCheck.mostKept
    /// A line that is shown has 200 bytes at most, and an escape that is cut in two begins before it.
    private static let longestLine = 200

    mutating func take(_ bytes: ArraySlice<UInt8>, from stream: Stream) {
        count = min(count + bytes.count, .max / 2)
        kept += bytes.prefix(Self.mostKept - kept.count)
        switch stream {
        case .output: output += bytes.prefix(Self.mostKept - output.count)
        case .error:
            error += bytes.suffix(Self.mostKept)
            error.removeFirst(max(0, error.count - Self.mostKept))
        }
    }

    /// Without secrets; nil for nothing.
    var text: String? { kept.isEmpty ? nil : Secrets.hidden(in: String(decoding: kept, as: UTF8.self)) }

    /// The load that it tells: the first number for machines.
    var load: Double? { PerformanceData.first(in: String(decoding: output, as: UTF8.self)) }

    /// The line that says what it found, or what kept it from that.
    var said: String? { firstOfOutput ?? lastOfError }

    /// Without what plugins put behind a bar for machines.
    private var firstOfOutput: String? {
        let line = output.split(separator: UInt8(ascii: "\n")).first { !Self.isBlank($0) } ?? []
        return Self.shown(line.prefix { $0 != UInt8(ascii: "|") })
    }

    /// A progress meter goes back to the beginning of its line, and what comes next may stand behind it.
    private var lastOfError: String? {
        let ends: Set<UInt8> = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        return error.split(whereSeparator: ends.contains).last { !Self.isBlank($0) }.flatMap(Self.shown)
    }

    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 <= 0x20 } }

    private static func shown(_ line: ArraySlice<UInt8>) -> String? {
        let text = Secrets.hidden(in: printable(line.prefix(longestLine)))
        return text.isEmpty ? nil : text
    }
}
