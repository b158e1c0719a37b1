internal import Files
internal import Glibc
internal import Kernel
internal import Net

/// A rehearsal that goes on after its command: who it is, how to look into it, how to end it.
package enum Kept {
    /// One for each user; the folder of the first kind is nobody else's.
    private static var record: String {
        if let folder = getenv("XDG_RUNTIME_DIR"), folder.pointee != 0 {
            return String(cString: folder) + "/landfall-rehearsal"
        }
        return "/tmp/landfall-rehearsal-\(geteuid())"
    }
    package static func announce(_ director: Director) throws(LabError) -> String { "" }
    package static func end() throws(LabError) -> String { "" }
}
