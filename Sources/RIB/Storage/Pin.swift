internal import Synchronization

/// Makes the struct that has one a thing in memory, which is passed by its address.
///
/// Without it the compiler may load a struct to pass it to a function that only reads it, and what doesn't fit the
/// registers is then copied to the stack: a kilobyte for each question that one asks a ``RIB``, a dozen for each route.
/// An atomic can't be loaded as a whole, nor can what holds one. It costs a byte, and is never used.
struct Pin: ~Copyable, Sendable {
    private let byte = Atomic<UInt8>(0)
}
