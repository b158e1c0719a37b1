internal import Announce
internal import Config
internal import Glibc
internal import Net

extension Stopping {
    init(_ subject: Subject) {
        let (drain, wait) = (subject.network.announce.drain, subject.network.announce.withdrawWait)
        needed = min(drain.stopWait, drain.wait) + wait + .seconds(2)
        unit = Self.read(subject)
    }

    private static let properties = "LoadState,Type,TimeoutStopUSec,KillMode"

    /// The unit may be made for a site, a host, or for one agent alone.
    private static func read(_ subject: Subject) -> Seen<Unit?> {
        // As sd_booted(3) finds out.
        guard access("/run/systemd/system", F_OK) == 0 else { return .value(nil) }
        let names = ["landfall", "landfall@\(subject.host.name)", "landfall@\(subject.site.name)"].map {
            $0 + ".service"
        }
        for name in names {
            do throws(Command.Failure) {
                let text = try Command(named: "systemctl", ["show", "--property", properties, name]).output()
                if let unit = Unit(String(decoding: text, as: UTF8.self), name: name) { return .value(unit) }
            } catch {
                if case .missing = error { return .value(nil) }
                return .hidden("systemctl show \(name): \(error)")
            }
        }
        return .value(nil)
    }
}
