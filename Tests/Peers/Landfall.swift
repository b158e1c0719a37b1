import Glibc

/// Our own program, as tests start it: the one that was built beside them.
public enum Landfall {
    /// Why tests can't become other users here: in a user namespace of one's own there are none.
    public static let othersLack: String? =
        geteuid() == 0 && readFile("/proc/self/uid_map")?.contains("4294967295") == true
        ? nil : "needs root, where there are other users"

    public static let path: String = {
        if let path = getenv("LANDFALL_BINARY") { return String(cString: path) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/landfall"
    }()

    /// What running it beside `programs` in sandboxes lacks; nil when nothing.
    public static func lack(_ programs: String...) -> String? {
        if access(path, X_OK) != 0 { return "needs \(path): swift build" }
        return Sandbox.lack ?? programs.lazy.compactMap { Program.lack($0) }.first
    }
}
