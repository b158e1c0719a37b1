import Glibc
import Peers
import Testing

@testable import Site

@Suite("What a dead agent says that it was started with")
struct StartOptionsTests {
    /// As it is read from a folder that an agent of this user has left.
    private func read(
        _ document: (String) -> String, owner: UInt32 = 54321
    ) throws -> (options: StartOptions?, folder: String) {
        var template = Array("/tmp/landfall-started-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer {
            unlink("\(folder)/\(StartOptions.name)")
            rmdir(folder)
        }
        try writeFile("\(folder)/\(StartOptions.name)", document(folder))
        #expect(chown(folder, owner, owner) == 0)
        return (StartOptions(in: folder), folder)
    }

    private func document(_ words: String) -> String { #"{"schema": "landfall.started/1", \#(words)}"# }

    @Test(
        "root is told a user only whose own the state folder is, and never root",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func user() throws {
        let daemon = try #require(getpwnam("daemon")).pointee.pw_uid
        let words = document(#""socket": "/srv/control", "user": "daemon""#)
        let own = try read({ _ in words }, owner: daemon).options
        #expect(own == StartOptions(socket: "/srv/control", user: "daemon"))
        #expect(try read { _ in words }.options == StartOptions(socket: "/srv/control"))
        #expect(try read({ _ in words }, owner: 0).options == StartOptions(socket: "/srv/control"))
        let root = document(#""user": "root""#)
        #expect(try read({ _ in root }, owner: 0).options == StartOptions())
    }

    @Test(
        "a state folder is told only where it is the one that says so, and paths only where they command no terminal",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func paths() throws {
        let (options, folder) = try read { document(#""state": "\#($0)""#) }
        #expect(options == StartOptions(state: folder))
        for state in ["/etc", "/etc/cron.d/more", "relative"] {
            #expect(try read { _ in document(#""state": "\#(state)""#) }.options == StartOptions())
        }
        #expect(try read { _ in document(#""socket": "/srv/\u001b[2J""#) }.options == StartOptions())
    }
}
