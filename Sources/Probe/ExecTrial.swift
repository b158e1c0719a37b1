internal import Health
internal import Kernel
internal import Loop
internal import Net

/// Runs a program and judges by its exit code, as monitoring plugins have it:
///
///     0 healthy   1 degraded   2 failing   anything else, a signal, or no such program: unknown
///
/// It is killed with its process group when its time is over.
final class ExecTrial: Trial {
    private let finish: (ProbeResult) -> Void
    private var program: Program?

    /// - Parameter environment: `NAME=value`, beside what is ours.
    init(
        _ check: ExecCheck, _ loop: Loop, at address: Address, _ environment: [String],
        _ finish: @escaping (ProbeResult) -> Void
    ) throws(SystemError) {
        self.finish = finish
        let words = check.command.map { $0.replacing("{address}", with: "\(address)") }
        program = try Program(
            words, environment: environment + ["LANDFALL_ADDRESS=\(address)"], on: loop, mostRead: ExecCheck.mostRead
        ) { [weak self] in self?.take($0) }
    }

    private var exitCode: Int32?

    var received: Received {
        var received = Received()
        (received.exitCode, received.output) = (exitCode.map(Int.init), program?.output)
        received.load = program?.load
        return received
    }

    func expire(after timeout: Duration) -> ProbeResult? {
        .failed(reason: "no result within \(timeout.shortText), killed\(told)", kind: .silence)
    }

    private func take(_ end: Program.End) {
        switch end {
        case .ended(let status, let time):
            if case .exited(let code) = status { exitCode = code }
            finish(ProbeResult(status, said: program?.said, after: time))
        case .flooded: finish(.impossible(reason: "printed more than \(ExecCheck.mostRead) bytes, killed\(told)"))
        case .lost(let error): finish(.impossible(reason: "\(error)"))
        }
    }

    private var told: String { program?.said.map { ": \($0)" } ?? "" }
}

extension ProbeResult {
    init(_ status: Process.Status, said: String?, after time: Duration) {
        switch status {
        case .exited(0): self = .answered(after: time)
        case .exited(1): self = .degraded(reason: said ?? "exit code 1", after: time)
        case .exited(2): self = .failed(reason: said ?? "exit code 2", kind: .wrong)
        case .exited(let code): self = .impossible(reason: "exit code \(code)\(said.map { ": \($0)" } ?? "")")
        case .killed(let signal): self = .impossible(reason: "ended by signal \(signal)\(said.map { ": \($0)" } ?? "")")
        }
    }
}
