internal import Kernel

/// Settings of the kernel under /proc/sys.
enum Sysctl {
    /// `net.ipv4.conf.eth0.rp_filter`; a dot in an interface's name is a slash here, as sysctl(8) has it.
    static func path(_ name: String) -> String {
        "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }

    static func text(_ name: String) -> String? {
        ProcFile.read(path(name)).map { String($0.prefix { $0 != "\n" }) }
    }

    static func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
}
