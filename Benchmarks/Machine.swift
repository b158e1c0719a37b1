import FoundationEssentials
import Glibc
import Peers

/// What a document says of where and when it was measured.
enum Machine {
    /// `Measured on 2026-11-21, on 2 processors (…), Linux 6.1.0`
    static var words: String {
        let processor = (readFile("/proc/cpuinfo") ?? "").split(separator: "\n").first { $0.hasPrefix("model name") }
        let kernel = (readFile("/proc/sys/kernel/osrelease") ?? "").split(separator: "\n").first ?? ""
        let name = processor?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "an unknown processor"
        let date = Date.now.formatted(.iso8601.year().month().day())
        return "Measured on \(date), on \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors (\(name)), Linux \(kernel)"
    }

    /// What a program says of its version: the last word of the first line that has a digit.
    static func version(_ program: String, _ words: String..., in sandbox: Sandbox) async -> String {
        let output = (try? await sandbox.run(program, words))?.output ?? ""
        let line = output.split(separator: "\n").first.map(String.init) ?? "unknown"
        return line.split(separator: " ").last { $0.contains { $0.isNumber } }.map(String.init) ?? line
    }
}
