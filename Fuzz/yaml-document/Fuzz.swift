import YAML

/// Any bytes: read or refused, within the limits, at a place that is inside the document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let text = [UInt8](UnsafeBufferPointer(start: data, count: count))
    var limits = Limits()
    (limits.depth, limits.nodes) = (16, 1000)
    do throws(YAMLError) {
        let node = try Node.parse(text, limits: limits)
        precondition(depth(of: node) <= limits.depth)
    } catch {
        precondition(error.position.line >= 1 && error.position.column >= 1)
        precondition(error.position.column <= count + 1, "\(error)")
    }
    return 0
}

private func depth(of node: Node) -> Int {
    switch node.content {
    case .scalar: 1
    case .sequence(let items): 1 + (items.map(depth).max() ?? 0)
    case .mapping(let entries): 1 + (entries.map { depth(of: $0.value) }.max() ?? 0)
    }
}
