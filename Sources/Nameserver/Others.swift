internal import Kernel
internal import Loop
internal import Net

/// Counts the answers from one address to anybody but that address itself: what comes from there can only come from this
/// host, as the checks of its agent do, since the kernel gives a local client the address that it asks.
struct Others {
    let itself: DatagramBatch.Client
    private let counter: AddressCounter

    /// nil: nobody wants to know.
    init?(_ address: Address?, in counters: AddressCounters?) {
        guard let address, let counter = counters?.counter(of: address) else { return nil }
        (itself, self.counter) = (DatagramBatch.Client(address), counter)
    }

    /// `lost`: what the kernel didn't take, which may have been for others.
    func note(_ answers: Int, lost: Int = 0) { counter.add(UInt64(max(0, answers - lost))) }
}
