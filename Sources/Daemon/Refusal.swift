package import Config
internal import Glibc
internal import Kernel
internal import Net

/// Why a process doesn't start, and what to do about it.
package struct Refusal: Error, CustomStringConvertible {
    /// 2: bad input or usage. 3: the machine lacks something.
    package var exitCode: Int32
    package var description: String
    /// Each begins with a file, a line and a column.
    package var diagnostics: Diagnostics?

    package static func usage(_ text: String) -> Self { Self(exitCode: 2, description: text) }
    package static func machine(_ text: String) -> Self { Self(exitCode: 3, description: text) }

    /// The remedy for what the kernel refused.
    package init(_ error: any Error) {
        if let refusal = error as? Refusal {
            self = refusal
        } else if let error = error as? SystemError {
            self = .machine("\(error)\(Self.remedy(error))")
        } else if error is PasswordError {
            self = .usage("\(error)")
        } else {
            self = .machine("\(error)")
        }
    }

    /// What is wrong with files.
    package init(_ diagnostics: Diagnostics) {
        self.init(exitCode: 2, description: "\(diagnostics)")
        self.diagnostics = diagnostics
    }

    private init(exitCode: Int32, description: String) {
        (self.exitCode, self.description) = (exitCode, description)
    }

    private static func remedy(_ error: SystemError) -> String {
        switch (error.call, error.code) {
        case ("become", EPERM), ("chown", EPERM):
            "\nIt takes CAP_SETUID, CAP_SETGID and CAP_SETPCAP (and CAP_CHOWN for the control socket's folder) to give up "
                + "root's rights: start as root with them, or stay who you are with --user and --socket."
        case ("netlink", EPERM):
            "\nIt takes CAP_NET_ADMIN to put an address on lo: start as root, or put it there first."
        case ("bind", EACCES): "\nIt takes CAP_NET_BIND_SERVICE to listen below port 1024: start as root."
        case (ControlSocket.call, EADDRINUSE): "\nAnother process answers there: choose another --socket."
        case (ControlSocket.call, EEXIST): "\nThat is a file of another kind, and stays: choose another --socket."
        case (ControlSocket.call, EACCES), (ControlSocket.call, EPERM):
            "\nThe folder must be writable for user \(User.current.name): choose --socket or --user."
        case (ControlSocket.call, ENOENT): "\nIts folder isn't there: make it, or choose --socket."
        case ("bind", EADDRINUSE): "\nAnother program has it: `ss -lnptu` says which."
        case ("bind", EADDRNOTAVAIL): "\nThe address is not on this host: `ip address show` says what is."
        case (_, EMFILE): "\nToo few descriptors: raise `ulimit -n`."
        default: ""
        }
    }
}
