internal import Glibc

/// Where programs are looked for by name.
public enum SearchPath {
    /// Those of PATH.
    public static var folders: [String] {
        (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    }

    /// The first that may be executed; nil where none is.
    public static func find(_ name: String, in folders: [String] = Self.folders) -> String? {
        folders.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
