internal import Codes
internal import Kernel

/// Where the agent keeps what must outlive it.
struct StateDisk: Sendable {
    var path: String
    /// False: it is made at the agent's start, and what is said is of the nearest folder above.
    var isThere: Bool
    /// Who has to write there.
    var user: String
    var volume: Seen<Volume>
    /// Why it can't be written, apart from the volume.
    var refusal: Seen<String?>

    /// Ten accepted configurations with their zones, the history, the events.
    private static let wantedBytes: UInt64 = 64 << 20
    private static let wantedInodes: UInt64 = 100

    var look: Look {
        guard let volume = volume.value else { return Look("state folder", hidden: self.volume.hidden) }
        var findings: [Finding] = []
        if volume.isReadOnly {
            findings.append(
                finding(.stateReadOnly, .warning, "\(path) is on a read-only mount", "findmnt --target \(path)"))
        } else if case .value(let reason?) = refusal {
            findings.append(finding(.stateUnwritable, .warning, reason, "chown \(user) \(path) && chmod 700 \(path)"))
        }
        if volume.bytesFree < Self.wantedBytes {
            let found = "\(path): \(volume.bytesFree >> 10) KiB free"
            findings.append(finding(.diskFull, volume.bytesFree < 1 << 20 ? .error : .warning, found, "df \(path)"))
        }
        if let inodes = volume.inodesFree, inodes < Self.wantedInodes {
            findings.append(
                finding(
                    .inodesGone, inodes < 10 ? .error : .warning, "\(path): \(inodes) inodes free",
                    "df --inodes \(path)"))
        }
        let seen = "\(path)\(isThere ? "" : " (made at the start)"), \(volume.bytesFree >> 20) MiB free"
        return Look("state folder", seen, findings: findings, hidden: refusal.hidden)
    }

    private func finding(_ condition: Explanation, _ severity: Severity, _ found: String, _ command: String) -> Finding
    {
        Finding(
            condition, severity, "state folder", found: [found], remedy: [command, "or choose another: --state DIR"])
    }
}

extension Explanation {
    private static let why = """
        What operators drained, the flap penalty, the history and the accepted configurations live there. The agent \
        announces all the same, with an alarm; but what was drained is announced again after a restart, and a bad file \
        has no earlier one to fall back to.
        """
    static let stateReadOnly = Self(
        "LF-D711", "state-read-only", title: "The state folder is on a read-only mount.", meaning: why,
        remedy: "Mount it writable: file systems turn read-only after errors (`dmesg`); in a unit, StateDirectory=.")
    static let stateUnwritable = Self(
        "LF-D712", "state-forbidden", title: "The agent's user can't write in the state folder.", meaning: why,
        remedy: "`chown USER DIR`, or another `--state`.")
    static let diskFull = Self(
        "LF-D713", "disk-full", title: "The disk of the state folder is full, or nearly so.", meaning: why,
        remedy: "Make room: `df DIR`, `du -x -d1 DIR`.")
    static let inodesGone = Self(
        "LF-D714", "inodes-gone", title: "The disk of the state folder takes hardly any more files.", meaning: why,
        remedy: "Remove files, however small: `df --inodes DIR`, `du --inodes -x -d1 DIR`.")
}
