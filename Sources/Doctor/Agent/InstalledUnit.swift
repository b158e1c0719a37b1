internal import Glibc
internal import Kernel

/// The unit of an agent: the one that runs it, or that would. That of `make install`, or an instance of a template for who
/// runs several.
package struct InstalledUnit: Hashable, Sendable {
    /// As `systemctl` takes it: `landfall`, `landfall@fra1`.
    package var name: String
    /// Of a user's own systemd.
    package var isUsers = false

    package init(name: String, isUsers: Bool = false) { (self.name, self.isUsers) = (name, isUsers) }

    /// With its command: `systemctl restart landfall`, `systemctl --user start landfall`.
    package func systemctl(_ order: String) -> String {
        "systemctl \(isUsers ? "--user " : "")\(order) \(ShellWord.quoted(name))"
    }

    /// What it said last.
    package var journal: String { "journalctl \(isUsers ? "--user " : "")-u \(ShellWord.quoted(name)) -n 50" }
}

extension InstalledUnit {
    /// Where systemd looks (systemd.unit(5), "Unit File Load Path").
    private static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    /// nil where there is none, or where systemd doesn't run (sd_booted(3)).
    ///
    /// - Parameter root: what `/` is.
    package init?(forHost host: String?, in root: String = "") {
        guard Self.isBooted(root) else { return nil }
        let has = { (file: String) in Self.folders.contains { access("\(root)\($0)/\(file)", F_OK) == 0 } }
        if has("landfall.service") {
            self.init(name: "landfall")
        } else if let host, has("landfall@.service") {
            self.init(name: "landfall@\(host)")
        } else {
            return nil
        }
    }

    /// Of an agent that runs, the unit that runs it, whatever is installed; nil for one that somebody started by hand. Of one
    /// that doesn't, or of which that can't be seen, the unit that is installed.
    package static func of(_ pid: Int32?, host: String?, in root: String = "") -> InstalledUnit? {
        guard let pid, let groups = ProcFile.read("\(root)/proc/\(pid)/cgroup") else {
            return InstalledUnit(forHost: host, in: root)
        }
        guard isBooted(root), let unit = InstalledUnit(controlGroups: groups) else { return nil }
        // What cron, or a shell in a service, has started is in that one's group, and its unit says nothing about it.
        let parent = ProcFile.read("\(root)/proc/\(pid)/stat").flatMap(parent)
        return unit.name.hasPrefix("landfall") || unit.isUsers || parent == 1 ? unit : nil
    }

    /// `/proc/PID/cgroup`: systemd names the group of a service after its unit, `0::/system.slice/landfall.service`, and what
    /// somebody starts in a session is in a scope.
    init?(controlGroups text: String) {
        var parts: [Substring] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[1].isEmpty || fields[1] == "name=systemd" else { continue }
            // Version 2 of control groups, which stands last, may be there beside version 1, and empty.
            if fields[2] != "/" { parts = fields[2].split(separator: "/") }
        }
        guard let last = parts.last(where: { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }),
            last.hasSuffix(".service"), !Self.isManager(last)
        else { return nil }
        self.init(name: String(last.dropLast(".service".count)), isUsers: parts.contains(where: Self.isManager))
    }

    /// Of a user's systemd: `user@1000.service`.
    private static func isManager(_ part: Substring) -> Bool { part.hasPrefix("user@") }

    private static func isBooted(_ root: String) -> Bool { access("\(root)/run/systemd/system", F_OK) == 0 }

    /// The second number behind the name, which stands in parentheses.
    private static func parent(in status: String) -> Int32? {
        guard let end = status.lastIndex(of: ")") else { return nil }
        let words = status[status.index(after: end)...].split(separator: " ")
        return words.count > 1 ? Int32(words[1]) : nil
    }
}
