internal import CLinux
internal import Glibc
public import Net

/// The clock that says which day it is.
public enum WallClock {
    public struct State: Hashable, Sendable {
        /// Whether something (chronyd, ntpd, systemd-timesyncd) keeps it right: what adjtimex(2) calls STA_UNSYNC isn't set.
        public var isSynchronised: Bool
        /// How far off it may be, as the kernel sees it; grows while nobody corrects it.
        public var mostErrorMicroseconds: Int

        public init(isSynchronised: Bool, mostErrorMicroseconds: Int) {
            (self.isSynchronised, self.mostErrorMicroseconds) = (isSynchronised, mostErrorMicroseconds)
        }
    }

    public static func state() throws(SystemError) -> State {
        var (status, error) = (Int32(0), 0)
        let state = landfall_clock(&status, &error)
        guard state >= 0 else { throw SystemError("adjtimex") }
        let isSynchronised = state != TIME_ERROR && status & Int32(STA_UNSYNC) == 0
        return State(isSynchronised: isSynchronised, mostErrorMicroseconds: error)
    }

    /// Seconds since 1970, in UTC.
    public static var seconds: Int64 { Int64(time(nil)) }
}
