internal import Config
internal import Files
internal import Glibc
internal import Kernel
internal import Net

/// Whom this is about while an agent runs: the one that runs, its user and its folders, and not one that whoever asks would
/// start. What can't be seen of it is said, and nothing else is judged in its place.
struct RunningPlace: Sendable {
    var pid: Int32
    /// nil: whoever asks is it, or it can't be seen.
    var user: User?
    /// nil: it doesn't say, and can't be seen.
    var state: String?
    /// As it was started, on its command line; from the root.
    var options: [String: String] = [:]

    static let optionNames = ["socket", "state", "user"]

    var stateTrouble: String? {
        let who = user.map { "root or as \($0.name)" } ?? "root"
        return state == nil ? "where the running agent (pid \(pid)) keeps it can't be seen: ask as \(who)" : nil
    }
}

extension RunningPlace {
    /// - Parameter told: what it says itself, where it answers.
    init(_ pid: Int32, told: String?) {
        self.pid = pid
        let uid = ProcessTable.user(of: pid)
        // Whoever is it already needn't become it, and may not.
        user = uid == geteuid() ? nil : uid.map { User(of: pid, $0) }
        for name in Self.optionNames { options[name] = ProcessTable.option(name, of: pid) }
        let known = told ?? options["state"]
        state = known.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ProcessTable.lockedFolder(of: pid)
    }
}

extension User {
    fileprivate init(of pid: Int32, _ uid: UInt32) {
        let status = ProcFile.read("/proc/\(pid)/status") ?? ""
        let group = statusField(status, "Gid")?.split(separator: "\t").first.flatMap { UInt32($0) }
        self.init(name: User.name(of: uid) ?? "uid \(uid)", uid: uid, gid: group ?? uid)
    }
}

extension ProcessTable {
    /// `--state DIR` or `--state=DIR`, of its command line, which everybody may read.
    static func option(_ name: String, of pid: Int32) -> String? {
        let words = entry(pid)?.arguments ?? []
        let given = zip(words, words.dropFirst()).first { $0.0 == "--\(name)" }?.1
        let value = given ?? words.first { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
        return value.flatMap { $0 == $0.printable() ? $0 : nil }
    }

    /// The folder whose `lock` an agent holds, so that no other takes it: for root, and its own user.
    fileprivate static func lockedFolder(of pid: Int32) -> String? {
        let all = Folder.names(in: "/proc/\(pid)/fd") ?? []
        let paths = all.lazy.compactMap { link("/proc/\(pid)/fd/\($0)") }
        return paths.first { $0.hasSuffix("/lock") }.map { File.folder(of: $0) }
    }

    private static func link(_ path: String) -> String? {
        var text = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &text, text.count)
        return count > 0 ? String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}

extension Surroundings {
    mutating func followAgent() {
        guard let pid = agentProcess else { return }
        let place = RunningPlace(pid, told: agent?.state)
        running = place
        subject.user = place.user
        if let state = place.state { subject.state = state }
    }

    /// How the agent that runs would be restarted; where none does, how one is started.
    var restart: Restart {
        let (site, host) = (subject.site.name, subject.host.name)
        let pid = agentProcess
        return Restart(unit: InstalledUnit.of(pid, host: host), pid: pid, start: start(site, host))
    }

    private func start(_ site: String, _ host: String) -> String {
        let words = ["landfall", "run", agent?.file ?? subject.file, "--site", site, "--host", host]
        let given = running?.options ?? subject.options
        let options = RunningPlace.optionNames.flatMap { name in given[name].map { ["--\(name)", $0] } ?? [] }
        return (words + options).map(ShellWord.quoted).joined(separator: " ")
    }
}

extension Subject {
    fileprivate var options: [String: String] {
        var given: [String: String] = [:]
        if isSocketGiven { given["socket"] = socket }
        if isStateGiven { given["state"] = state }
        return given
    }
}
