import Control
import Doctor
import Kernel
import Site

/// What to do about an agent that doesn't answer: commands as they stand, the most urgent first.
extension Absence {
    var remedies: [Screen.Remedy] {
        switch kind {
        case .silent, .closed: silence
        case .noSocket, .refused: isElsewhere ? search : restart
        }
    }

    private var at: String { stateOption.map { " --state \(quoted($0))" } ?? "" }

    private var history: Screen.Remedy { Screen.Remedy("landfall events --last 50\(at)", "what happened before") }

    /// Where systemd runs it.
    private var log: [Screen.Remedy] {
        unit.map { [Screen.Remedy($0.journal, "what it said last")] } ?? []
    }

    private func goOn(_ pid: Int32) -> Screen.Remedy {
        Screen.Remedy("kill -CONT \(pid)", "lets it go on; its sessions may have ended meanwhile")
    }

    private var silence: [Screen.Remedy] {
        guard let process else { return [history] + log }
        let end = Screen.Remedy(
            "kill -KILL \(process.pid)", "ends it and its service; routes go, addresses stay on lo")
        return isStopped ? [goOn(process.pid), end, history] : [history] + log + [end]
    }

    /// Of one that lives elsewhere: where it is, or how it gets a socket again.
    private var search: [Screen.Remedy] {
        let stopped = live.filter(\.isStopped).compactMap(\.pid).map(goOn)
        let known = live.compactMap(\.socket).filter { $0 != socket }
        let there = known.map { Screen.Remedy("landfall status --socket \(quoted($0))", "asks it where it listens") }
        return stopped + (there.isEmpty ? again : there) + [history] + log
    }

    /// What gives it a socket again. It announces on meanwhile, so there is no hurry.
    private var again: [Screen.Remedy] {
        let pids = live.compactMap(\.pid)
        guard unit != nil || !pids.isEmpty else { return [] }
        // Of several it isn't known which one has which options.
        let start = pids.count == 1 ? byHand : nil
        let steps = Restart(unit: unit, pid: pids.first, start: start ?? "landfall run --help").steps
        return steps.map { Screen.Remedy($0.command, $0.effect) }
    }

    /// nil where it isn't known what ran.
    private var byHand: String? {
        guard let file = remains.file, let site = remains.site else { return nil }
        return "landfall run \(Screen.agent(of: file, at: site, remains.host))\(places)\(user)"
    }

    /// The unit first: what is started by hand dies with its terminal.
    private var restart: [Screen.Remedy] {
        let start = unit.map { [Screen.Remedy($0.systemctl("start"), "starts it again")] } ?? []
        guard let file = remains.file, let site = remains.site, let byHand else {
            let how = start.isEmpty ? [Screen.Remedy("landfall run --help", "how one is started")] : []
            return start + log + [history] + how
        }
        let agent = Screen.agent(of: file, at: site, remains.host)
        let doctor = Screen.Remedy("landfall doctor \(agent)\(places)", "what would keep it from running")
        let run = Screen.Remedy(byHand, "starts it by hand, and takes the addresses over")
        // What gave up would do so again.
        let first = surrender == nil ? start + log + [history, doctor] : [doctor] + log + [history] + start
        return first + [run] + drainEnds
    }

    /// As it was started, where it said so.
    private var places: String {
        guard let start = remains.startOptions else { return at }
        let given = [("socket", start.socket), ("state", start.state ?? stateOption)]
        return given.map { name, value in value.map { " --\(name) \(quoted($0))" } ?? "" }.joined()
    }

    private var user: String { remains.startOptions?.user.map { " --user \(quoted($0))" } ?? "" }

    private var drainEnds: [Screen.Remedy] {
        remains.drains.prefix(1).map { drain in
            let socket = remains.startOptions?.socket.map { " --socket \(quoted($0))" } ?? ""
            return Screen.Remedy(
                "landfall undrain \(drain.target.option)\(socket)", "ends the drain, once it runs; a start doesn't")
        }
    }
}
