internal import Files
internal import Glibc
internal import Kernel
internal import Net

extension Clock {
    init(_ subject: Subject) {
        now = WallClock.seconds
        do throws(SystemError) { state = .value(try WallClock.state()) } catch { state = .hidden("\(error)") }
        var file = stat()
        fileWritten = stat(subject.file, &file) == 0 ? Int64(file.st_mtim.tv_sec) : nil
    }
}

extension StateDisk {
    init(_ surroundings: Surroundings) {
        let subject = surroundings.subject
        path = subject.state
        let existing = Self.existing(path)
        isThere = existing == path
        do throws(SystemError) { volume = .value(try Volume(of: existing)) } catch { volume = .hidden("\(error)") }
        user = subject.user?.name ?? User.current.name
        if let trouble = surroundings.running?.stateTrouble {
            (volume, refusal) = (.hidden(trouble), .value(nil))
            return
        }
        // The usual place is made and given to the agent's user at its start, as long as root starts it.
        let isMade = !subject.isStateGiven && geteuid() == 0 && !surroundings.isAgentRunning
        guard !isMade else {
            refusal = .value(nil)
            return
        }
        let asRoot = geteuid() == 0 && !isThere && !surroundings.isAgentRunning
        do throws(Command.Failure) {
            let mayWrite = try Command.mayWrite(in: existing, as: subject.user, withOwnRights: asRoot)
            refusal = .value(mayWrite ? nil : "\(user) may not write in \(existing)")
        } catch { refusal = .hidden("as \(user), it can't be tried: \(error)") }
    }

    /// The folder, or the nearest one above it that there is.
    private static func existing(_ path: String) -> String {
        var path = path
        while access(path, F_OK) != 0, path.contains("/"), path != "/" { path = File.folder(of: path) }
        return path
    }
}
