internal import Loop

/// A file of its own that doesn't see the engine, whose timers have names rather than deadlines.
typealias LoopTimer = Timer
