internal import Codes
internal import FoundationEssentials
internal import Kernel

/// The wall clock: not for timing (that is the monotonic one's), but for what is written, signed and compared.
struct Clock: Sendable {
    /// Seconds since 1970.
    var now: Int64
    var state: Seen<WallClock.State>
    /// When the configuration file was written; by the same clock, as a rule.
    var fileWritten: Int64?

    /// No machine had this version before the first of these; later than the second is a clock that nobody has set.
    private static let sane: ClosedRange<Int64> = 1_735_689_600...4_102_444_800
    private static let tolerance: Int64 = 300

    var look: Look {
        if !Self.sane.contains(now) {
            return Look("clock", findings: [absurd("the clock says \(Self.text(now))")])
        }
        if let fileWritten, fileWritten > now + Self.tolerance {
            let found = "the clock says \(Self.text(now)), and the file is of \(Self.text(fileWritten))"
            return Look("clock", findings: [absurd(found)])
        }
        guard let state = state.value else { return Look("clock", hidden: state.hidden) }
        guard !state.isSynchronised else {
            return Look("clock", "synchronised, off by \(state.mostErrorMicroseconds / 1000) ms at most")
        }
        let finding = Finding(
            .clockFree, .warning, "clock", found: ["adjtimex: the clock is not synchronised (STA_UNSYNC)"],
            remedy: ["timedatectl set-ntp true", "apt install chrony   # where there is no such service"])
        return Look("clock", findings: [finding])
    }

    private func absurd(_ found: String) -> Finding {
        Finding(
            .clockAbsurd, .error, "clock", found: [found],
            remedy: ["date --utc --set 'YYYY-MM-DD hh:mm:ss'", "timedatectl set-ntp true"])
    }

    /// RFC 3339, in UTC.
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}

extension Explanation {
    static let clockFree = Self(
        "LF-D701", "clock-free", title: "Nothing keeps the clock right.",
        meaning: """
            Announcing and checks go by the monotonic clock, and don't care. Times in events and status do, and so do the \
            validity of certificates in https checks and of DNSSEC signatures, and whoever compares the logs of two sites.
            """,
        remedy: "Run chronyd, ntpd or systemd-timesyncd: `timedatectl set-ntp true`.")
    static let clockAbsurd = Self(
        "LF-D702", "clock-absurd", title: "The clock is wrong by far.",
        meaning: """
            The clock says a time that can't be: before this program was written, in another century, or before the \
            configuration file was. Certificates and signatures look expired or not valid yet, so checks fail that would \
            pass.
            """,
        remedy: "Set it (`date --utc --set …`), and have something keep it right.")
}
