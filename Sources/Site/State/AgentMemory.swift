internal import Announce
internal import Config
internal import Files
internal import Glibc
internal import Loop
internal import Net

/// What outlives the agent: drains, penalties, and what operators did.
///
/// It is written whenever it changes, by the state folder's thread. All spans in it count from the moment of writing, so
/// nothing has to be written while only time passes, and an agent that is killed loses what changed in the milliseconds
/// before: at worst that a neighbor saw one more announcement or withdrawal. An act of an operator is answered when it is
/// on the disk.
extension Agent {
    /// Read before the loop has anything to do.
    struct Recollection {
        var announcer: Announcer
        /// What was wrong with what was kept; nil when nothing was.
        var alarm: String?

        init(_ configuration: Announce.Configuration, of owner: MemoryOwner, in folder: String) {
            let path = "\(folder)/\(StoredMemory.name)"
            announcer = Announcer(configuration)
            do {
                let bytes = try File.read(path, limit: StoredMemory.mostBytes, regular: true)
                let (memory, written) = try MemoryFile.decode(bytes, for: owner)
                announcer = Announcer(
                    configuration, memory: memory, asleep: BootClock.now.passed(since: written), now: Loop.now)
            } catch let error as FileError {
                if error.reason != .system(ENOENT) { alarm = "\(error): drains and penalties are forgotten" }
            } catch {
                let aside = path + ".refused"
                let isKept = rename(path, aside) == 0
                alarm =
                    "\(path) was not used, \(error): drains and penalties are forgotten"
                    + (isKept ? "; it is kept as \(aside)" : "")
            }
        }
    }

    var owner: MemoryOwner { MemoryOwner(network: network.name, site: site.name, host: host.name) }

    func remember() {
        let (memory, owner, clock) = (announcer.memory(now: Loop.now), owner, BootClock.now)
        state.write(StoredMemory.name) { MemoryFile.encode(memory, of: owner, at: clock) }
    }

    func note(stateTrouble now: String?) {
        stateAlarm = now.map { "nothing is kept for the next start: \($0)" }
        lookAtAlarms()
    }
}
