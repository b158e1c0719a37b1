internal import CLinux

/// How much a terminal shows at once.
public struct Window: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

    /// nil where there is no terminal, or where it doesn't know its size, as a serial line.
    public static func of(_ descriptor: Int32) -> Window? {
        var (columns, rows): (Int32, Int32) = (0, 0)
        guard landfall_window(descriptor, &columns, &rows) == 0 else { return nil }
        return Window(columns: Int(columns), rows: Int(rows))
    }
}
