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
        unit.map { [Screen.Remedy("journalctl -u \(quoted($0.name)) -n 50", "what it said last")] } ?? []
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
        if let unit {
            let command = "systemctl restart \(quoted(unit.name))"
            return [Screen.Remedy(command, "drains, withdraws, and makes its socket anew")]
        }
        return live.compactMap(\.pid).map { pid in
            Screen.Remedy("kill -TERM \(pid)", "drains, withdraws and ends; the next one makes its socket anew")
        }
    }

    /// The unit first: what is started by hand dies with its terminal.
    private var restart: [Screen.Remedy] {
        let start = unit.map { [Screen.Remedy("systemctl start \(quoted($0.name))", "starts it again")] } ?? []
        guard let file = remains.file, let site = remains.site else {
            let how = start.isEmpty ? [Screen.Remedy("landfall run --help", "how one is started")] : []
            return start + log + [history] + how
        }
        let agent = Screen.agent(of: file, at: site, remains.host)
        let doctor = Screen.Remedy("landfall doctor \(agent)", "what would keep it from running")
        let byHand = Screen.Remedy(
            "landfall run \(agent)\(options)", "starts it by hand, and takes the addresses over")
        return start + log + [history, doctor, byHand] + drainEnds
    }

    /// As it was started, where it said so.
    private var options: String {
        guard let started = remains.started else { return at }
        let given = [("socket", started.socket), ("state", started.state ?? stateOption), ("user", started.user)]
        return given.map { name, value in value.map { " --\(name) \(quoted($0))" } ?? "" }.joined()
    }

    private var drainEnds: [Screen.Remedy] {
        remains.drains.prefix(1).map { drain in
            let socket = remains.started?.socket.map { " --socket \(quoted($0))" } ?? ""
            return Screen.Remedy(
                "landfall undrain \(drain.target.option)\(socket)", "ends the drain, once it runs; a start doesn't")
        }
    }
}
