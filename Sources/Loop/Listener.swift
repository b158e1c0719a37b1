internal import Glibc
public import Net

/// Accepts connections on a loop.
public final class Listener {
    private let loop: Loop
    private let socket: Socket
    private var watch: Watch?
    /// A descriptor that is given up for a connection when there are no others.
    private var reserve: Int32 = -1
    private let keepsReserve: Bool
    private let batch: Int

    /// `onAccept` gets each connection and where it comes from (nil for Unix sockets). When the process is out of
    /// descriptors, `onError` is told, and accepting pauses for 100 ms rather than spin.
    ///
    /// - Parameters:
    ///   - keepsReserve: one connection at a time is accepted even then. Whoever ends it calls ``refill``.
    ///   - batch: how many connections are taken before other descriptors get their turn. To ask in vain whether there is
    ///     one more costs the kernel half a connection: who has very many short ones takes them one by one.
    public init(
        loop: Loop, socket: Socket, keepsReserve: Bool = false, batch: Int = 32,
        onError: @escaping (SystemError) -> Void = { _ in }, onAccept: @escaping (Socket, Endpoint?) -> Void
    ) throws(SystemError) {
        (self.loop, self.socket, self.keepsReserve, self.batch) = (loop, socket, keepsReserve, batch)
        refill()
        watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] _ in
            self?.accept(onAccept, onError)
        }
    }

    deinit {
        if let watch { loop.drop(watch, of: socket) }
        giveUpReserve()
    }

    public func close() {
        if let watch { loop.cancel(watch) }
        watch = nil
    }

    private func accept(_ onAccept: (Socket, Endpoint?) -> Void, _ onError: (SystemError) -> Void) {
        for _ in 0..<batch {
            do {
                guard watch != nil, let (connection, from) = try socket.accept() else { return }
                onAccept(connection, from)
            } catch  where [EMFILE, ENFILE].contains(error.code) && giveUpReserve() {
                continue
            } catch {
                onError(error)
                return pause()
            }
        }
    }

    /// Puts a descriptor aside again, if there is one.
    public func refill() {
        if keepsReserve, reserve < 0 { reserve = open("/dev/null", O_RDONLY | O_CLOEXEC) }
    }

    /// Whether there was one.
    @discardableResult
    private func giveUpReserve() -> Bool {
        defer { reserve = -1 }
        return reserve >= 0 && Glibc.close(reserve) == 0
    }

    private func pause() {
        guard let watch, (try? loop.change(watch, to: [])) != nil else { return }
        loop.after(.milliseconds(100)) { [weak self] in
            if let self, let watch = self.watch { try? self.loop.change(watch, to: .readable) }
        }
    }
}
