internal import Glibc
internal import Kernel
package import Loop

/// Descriptors that came with the process, by the convention of sd_listen_fds(3): LISTEN_FDS of them from 3 on, if
/// LISTEN_PID is ours.
package struct HandedOver {
    package var sockets: [Socket] = []
    /// The one named `control`: where the agent that started us reads our counters.
    package var control: Socket?
    /// The one named `copy`: what the agent that started us wants served.
    var copy: SealedFile?

    /// The one named `answers`: where it wants to see what each address answers to other hosts.
    var answers: AddressCounters?

    /// The one named `datagrams`: where it wants to find what this process has read, should it be killed.
    var datagrams: DatagramMemory?

    /// The ones named `counts` and `clients`: where it wants to see what was asked, and by whom. -1: nowhere.
    private(set) var counts: Int32 = -1
    private(set) var clients: Int32 = -1

    static let controlName = "control"
    static let countsName = "counts"
    static let clientsName = "clients"
    static let datagramsName = "datagrams"
    static let answersName = "answers"
    static let copyName = "copy"
    private static let first: Int32 = 3
    private static let most = 4096

    /// Nothing, when nothing was handed to this process.
    package init() {
        guard let pid = Self.variable("LISTEN_PID").flatMap(Int32.init), pid == getpid(),
            let count = Self.variable("LISTEN_FDS").flatMap(Int.init), (1...Self.most).contains(count)
        else { return }
        let names = (Self.variable("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        for index in 0..<count where fcntl(Self.first + Int32(index), F_GETFD) >= 0 {
            let descriptor = Self.first + Int32(index)
            switch index < names.count ? names[index] : "" {
            case Substring(Self.controlName): control = Socket(owning: descriptor)
            case Substring(Self.answersName): answers = try? AddressCounters(owning: descriptor)
            case Substring(Self.countsName): counts = descriptor
            case Substring(Self.clientsName): clients = descriptor
            case Substring(Self.datagramsName): datagrams = try? DatagramMemory(owning: descriptor)
            case Substring(Self.copyName): copy = SealedFile(owning: descriptor)
            default: sockets.append(Socket(owning: descriptor))
            }
        }
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
    }

    /// Whether an agent started this process, and no file of the disk is to be read.
    package var isByAgent: Bool { copy != nil }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
