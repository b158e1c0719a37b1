package import FoundationEssentials
internal import Glibc
internal import Kernel

/// A moment, in a way that another process can hold against its own: by the clock that counts since the boot when it is
/// still the same one, else by the wall clock.
///
/// Of two moments of one boot CLOCK_BOOTTIME tells the distance, suspends included, whatever somebody does to the wall
/// clock meanwhile: a step of the clock neither ends a drain nor forgives a penalty. Across a reboot nothing but the wall
/// clock is left, and one that went back counts as no time at all: a drain that lasts too long does less harm than one
/// that ends in the middle of the work.
package struct BootClock: Hashable, Sendable {
    /// The kernel's name for this boot; empty where there is none.
    package var boot: String
    package var sinceBoot: Duration
    package var wall: Date

    package init(boot: String, sinceBoot: Duration, wall: Date) {
        (self.boot, self.sinceBoot, self.wall) = (boot, sinceBoot, wall)
    }

    package static var now: Self {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Self(boot: thisBoot, sinceBoot: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec), wall: Date())
    }

    private static let thisBoot: String = {
        String(ProcFile.read("/proc/sys/kernel/random/boot_id")?.prefix { !$0.isWhitespace } ?? "")
    }()

    /// How long ago `earlier` was; never less than nothing, and never more than a century.
    package func passed(since earlier: Self) -> Duration {
        let passed =
            boot == earlier.boot && !boot.isEmpty
            ? sinceBoot - earlier.sinceBoot : .seconds(min(wall.timeIntervalSince(earlier.wall), Self.century))
        return max(.zero, min(passed, .seconds(Self.century)))
    }

    /// In seconds.
    package static let century = 3_155_760_000.0
}
