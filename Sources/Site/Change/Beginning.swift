internal import Config
internal import Daemon
internal import Files
internal import Glibc
internal import Kernel

/// What the agent runs, and how it came to that.
struct InUse: Sendable {
    var edition: Edition
    /// When it was accepted.
    var accepted = timestamp()
    /// Its number among the copies that are kept; nil as long as it is not.
    var number: Int?
    /// Why it counts, and not the file; nil: it is what the file said when it was read.
    var pinned: String?
}

/// With what an agent starts: the file, or what was accepted last when the file can't be used, or when an operator went
/// back to it (ANNOUNCING 14).
struct Beginning: Sendable {
    var inUse: InUse
    /// What is wrong with the file; empty when nothing is, and when it wasn't looked at.
    var refused: [String] = []
    /// What is wrong with the copies that are kept.
    var trouble: String?

    init(file: String, folder: AcceptedFolder, at wanted: WantedHost) throws(Refusal) {
        var (index, trouble) = (AcceptedIndex(), String?.none)
        do throws(FileError) { index = try folder.index() } catch {
            trouble = "what was accepted can't be read: \(error)"
        }
        if let reason = index.pinned, let kept = Self.kept(index, folder, wanted) {
            self.init(inUse: InUse(kept.edition, kept.entry, because: reason), trouble: trouble)
            return
        }
        if index.pinned != nil { trouble = "the copy that was gone back to can't be used, and \(file) is" }
        do throws(Diagnostics) {
            self.init(inUse: InUse(edition: try Edition.read(file, at: wanted)), trouble: trouble)
            let same = index[index.inUse].flatMap { $0.hash == inUse.edition.hash && $0.path == file ? $0 : nil }
            if let same { (inUse.number, inUse.accepted) = (same.number, same.accepted) }
        } catch {
            guard let kept = Self.kept(index, folder, wanted) else { throw Self.refusal(file, wanted, error) }
            self.init(inUse: InUse(kept.edition, kept.entry, because: "the file can't be used"), trouble: trouble)
            refused = error.all.map(\.description)
        }
    }

    private init(inUse: InUse, trouble: String?) { (self.inUse, self.trouble) = (inUse, trouble) }

    /// The first that can be used.
    private static func kept(
        _ index: AcceptedIndex, _ folder: AcceptedFolder, _ wanted: WantedHost
    ) -> (edition: Edition, entry: AcceptedIndex.Entry)? {
        for entry in index.candidates {
            if let edition = try? folder.edition(entry, at: wanted) { return (edition, entry) }
        }
        return nil
    }

    private static func refusal(_ file: String, _ wanted: WantedHost, _ problems: Diagnostics) -> Refusal {
        guard access(file, R_OK) == 0 || errno != EACCES else {
            return .machine(
                "\(file): Permission denied (as user \(User.current.name))\nMake it readable, or choose --user.")
        }
        if let network = Edition.network(file) {
            do throws(Refusal) { _ = try wanted.find(in: network) } catch { return error }
        }
        return Refusal(problems)
    }
}

extension InUse {
    init(_ edition: Edition, _ entry: AcceptedIndex.Entry, because reason: String) {
        (self.edition, accepted, number, pinned) = (edition, entry.accepted, entry.number, reason)
    }
}
