internal import Glibc

/// What a folder has.
public enum Folder {
    /// The names in a folder, in no order, without `.` and `..`; nil where it can't be read, and errno says why.
    public static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let next = readdir(folder) {
            let name = withUnsafeBytes(of: next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
