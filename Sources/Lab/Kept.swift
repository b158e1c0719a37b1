internal import Files
internal import Glibc
internal import Kernel
internal import Net

/// A rehearsal that goes on after its command: who it is, and how to end it.
package enum Kept {
    /// The record's place: one kept rehearsal for each user.
    static var record: String {
        if let folder = getenv("XDG_RUNTIME_DIR"), folder.pointee != 0 {
            return String(cString: folder) + "/landfall-rehearsal"
        }
        return "/tmp/landfall-rehearsal-\(geteuid())"
    }

    /// Pid and start time name one process for good; a record of a process that is gone means nothing.
    struct Record: Hashable, Sendable {
        var pid: Int32
        var startTime: UInt64

        init?(pid: Int32) {
            guard let entry = ProcessTable.entry(pid) else { return nil }
            (self.pid, startTime) = (pid, entry.startTime)
        }

        /// `1234 567890`, and nothing else.
        init?(_ text: String) {
            let words = text.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let pid = Int32(words[0]), pid > 1, let start = UInt64(words[1]) else { return nil }
            (self.pid, startTime) = (pid, start)
        }

        var text: String { "\(pid) \(startTime)\n" }
        var isAlive: Bool { ProcessTable.entry(pid)?.startTime == startTime }
    }

    /// The one that is running; nil when there is none. A record that somebody else left in our place is not believed.
    static var current: Record? {
        var about = stat()
        guard lstat(record, &about) == 0, about.st_uid == geteuid(), about.st_mode & S_IFMT == S_IFREG,
            let bytes = try? File.read(record, limit: 100),
            let record = Record(String(decoding: bytes, as: UTF8.self)), record.isAlive
        else { return nil }
        return record
    }

    package static func requireNone() throws(LabError) {
        guard let current else { return }
        throw .input("a rehearsal is running already (process \(current.pid)): landfall rehearse --clean ends it")
    }

    /// Seen from outside, where the pid means something.
    static func remember(_ pid: Int32) throws(LabError) {
        guard let record = Record(pid: pid) else { throw .failed("the rehearsal has ended") }
        do throws(FileError) { try File.write(Array(record.text.utf8), to: Self.record, mode: 0o600) } catch {
            throw .failed("\(error)")
        }
    }

    /// Ends it; returns what to say.
    package static func end() throws(LabError) -> String {
        guard let current else {
            unlink(record)
            return "no rehearsal is running"
        }
        do throws(SystemError) {
            let process = try Process(running: current.pid)
            guard current.isAlive else { return "it has ended by itself" }
            try process.signal(SIGTERM)
            if !process.ends(within: .seconds(2)) {
                try process.signal(SIGKILL)
                _ = process.ends(within: .seconds(5))
            }
        } catch { throw .failed("\(error)") }
        unlink(record)
        return "the rehearsal has ended, and nothing of it is left"
    }
}
