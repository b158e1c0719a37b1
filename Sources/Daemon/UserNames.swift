internal import Glibc
internal import Kernel
package import Loop
package import Net

/// Names of users for the history. The user database may be a server far away, so it is asked from a thread of its own:
/// an operator of whom it knows nothing in time is `uid 1234`. Lives on a loop.
package final class UserNames {
    private let loop: Loop
    private let asking: Loop
    private var known: [UInt32: String]
    private static let patience = Duration.seconds(1)
    private static let mostKnown = 1000

    package init(loop: Loop) throws(SystemError) {
        self.loop = loop
        asking = try Loop(name: "names")
        known = [User.current.uid: User.current.name]
        known[0] = "root"
    }

    /// nil: nobody knows who it was.
    package func name(of user: UInt32?, _ then: @escaping (String) -> Void) {
        guard let user else { return then("unknown") }
        if let name = known[user] { return then(name) }
        let answer = once(then)
        loop.after(Self.patience) { answer("uid \(user)") }
        loop.offload(to: asking) {
            getpwuid(user).map { String(cString: $0.pointee.pw_name) }
        } then: { name in
            if let name, self.known.count < Self.mostKnown { self.known[user] = name }
            answer(name ?? "uid \(user)")
        }
    }
}
