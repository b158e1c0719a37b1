internal import Config
internal import DNS
internal import Files
internal import Kernel
internal import Net

extension FileAccess {
    init(_ subject: Subject) {
        let zones = subject.network.services.compactMap { $0.serve(at: subject.site.name) }.flatMap(\.zones)
        let files = [subject.file] + zones.flatMap { [$0.path] + Self.included(by: $0) }
        (user, count) = (subject.user?.name ?? User.current.name, files.count)
        let script = "for each do [ -r \"$each\" ] || printf '%s\\n' \"$each\"; done"
        var order = Command("/bin/sh", ["-c", script, "sh"] + files)
        // Without capabilities: root's right to read everything doesn't go with the agent.
        (order.user, order.capabilities) = (subject.user, [])
        do throws(Command.Failure) {
            let said = String(decoding: try order.output(), as: UTF8.self)
            unreadable = .value(said.split(separator: "\n").map(String.init))
        } catch { unreadable = .hidden("as \(user), it can't be tried: \(error)") }
    }

    /// As far as whoever runs this can read them.
    private static func included(by zone: ZoneFile) -> [String] {
        let content = (try? File.read(zone.path, limit: ZoneFile.mostBytes, regular: true)) ?? []
        return Zone.includedPaths(content, path: zone.path) { (path) throws(UnreadableFile) in
            do throws(FileError) { return try File.read(path, limit: ZoneFile.mostBytes, regular: true) } catch {
                throw UnreadableFile("\(error.reason)")
            }
        }
    }
}
