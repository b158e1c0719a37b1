extension Trie {
    /// Gives a prefix this value, unless it has one. What it has then is returned.
    @discardableResult
    mutating func insert(_ key: Key, length: Int, _ value: UInt32) -> UInt32 {
        let (depth, bits) = Self.end(length)
        var way = Way(key)
        var node = Self.root
        for _ in 0..<depth {
            if let child = nodes[node].child(way.six) { node = child } else { node = addChild(to: node, way.six) }
            way.step()
        }
        return set(value, at: Self.position(way.six, bits: bits), of: node)
    }

    private mutating func set(_ value: UInt32, at position: UInt64, of node: UInt32) -> UInt32 {
        if let place = nodes[node].value(position) { return values[place] }
        let inner = nodes[node].inner
        let rank = Int(Node.rank(inner, position))
        values.insert(value, at: rank, in: &nodes[node].values, count: inner.nonzeroBitCount)
        nodes[node].inner |= 1 << position
        countChanged(by: 1)
        return value
    }

    private mutating func addChild(to node: UInt32, _ six: UInt64) -> UInt32 {
        var parent = nodes[node]
        let rank = Node.rank(parent.outer, six)
        nodes.insert(Node(), at: Int(rank), in: &parent.children, count: parent.outer.nonzeroBitCount)
        parent.outer |= 1 << six
        nodes[node] = parent
        return parent.children + rank
    }

    /// Forgets a prefix, and the nodes that were there for it alone.
    @discardableResult
    mutating func remove(_ key: Key, length: Int) -> UInt32? {
        let (depth, bits) = Self.end(length)
        return remove(Way(key), depth, bits, from: Self.root)
    }

    private mutating func remove(_ way: Way, _ depth: Int, _ bits: Int, from node: UInt32) -> UInt32? {
        guard depth > 0 else { return clear(Self.position(way.six, bits: bits), of: node) }
        guard let child = nodes[node].child(way.six) else { return nil }
        var next = way
        next.step()
        let value = remove(next, depth - 1, bits, from: child)
        if value != nil, nodes[child].isEmpty { removeChild(of: node, way.six) }
        return value
    }

    private mutating func clear(_ position: UInt64, of node: UInt32) -> UInt32? {
        guard let place = nodes[node].value(position) else { return nil }
        let value = values[place]
        let inner = nodes[node].inner
        values.remove(
            at: Int(Node.rank(inner, position)), in: &nodes[node].values, count: inner.nonzeroBitCount)
        nodes[node].inner &= ~(1 << position)
        countChanged(by: -1)
        return value
    }

    private mutating func removeChild(of node: UInt32, _ six: UInt64) {
        var parent = nodes[node]
        nodes.remove(
            at: Int(Node.rank(parent.outer, six)), in: &parent.children, count: parent.outer.nonzeroBitCount)
        parent.outer &= ~(1 << six)
        nodes[node] = parent
    }
}
