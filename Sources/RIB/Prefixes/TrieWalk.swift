extension Trie {
    /// A prefix on the way through the tree.
    struct Place {
        var key: Key
        var length: Int
    }

    /// All values in order, by address and then less specific first, of prefixes that lie after `start` (nil: all) and
    /// within `scope`, until `body` says false.
    func walk(after start: Place?, within scope: Place, _ body: (UInt32) -> Bool) {
        _ = walk(Self.root, Place(key: 0, length: 0), bits: 5, start, scope, body)
    }

    /// The part of a node that begins with `bits` of its six: the prefix itself, then both halves.
    private func walk(
        _ node: UInt32, _ place: Place, bits: Int, _ start: Place?, _ scope: Place, _ body: (UInt32) -> Bool
    ) -> Bool {
        guard meets(place, scope), !endsBefore(place, start) else { return true }
        let node = bits == 6 ? nodes[node].child(six(place)) : node
        guard let node else { return true }
        let bits = bits == 6 ? 0 : bits
        let position = Self.position(six(place) << UInt64(6 - bits) & 63, bits: bits)
        if place.length >= scope.length, isAfter(place, start), let value = nodes[node].value(position) {
            guard body(values[value]) else { return false }
        }
        guard place.length < Key.bitWidth, !nodes[node].isBare(below: bits, six(place)) else { return true }
        for half in [Key(0), 1] {
            let key = place.key | half << Key(Key.bitWidth - place.length - 1)
            let lower = Place(key: key, length: place.length + 1)
            guard walk(node, lower, bits: bits + 1, start, scope, body) else { return false }
        }
        return true
    }

    /// The last six bits of a prefix, or as many as there are.
    private func six(_ place: Place) -> UInt64 {
        guard place.length > 0 else { return 0 }
        return UInt64(truncatingIfNeeded: place.key >> Key(Key.bitWidth - place.length)) & 63
    }

    private func mask(_ length: Int) -> Key { length == 0 ? 0 : Key.max << Key(Key.bitWidth - length) }

    private func meets(_ place: Place, _ scope: Place) -> Bool {
        let mask = mask(min(place.length, scope.length))
        return place.key & mask == scope.key & mask
    }

    private func endsBefore(_ place: Place, _ start: Place?) -> Bool {
        guard let start else { return false }
        return place.key | ~mask(place.length) < start.key
    }

    private func isAfter(_ place: Place, _ start: Place?) -> Bool {
        guard let start else { return true }
        return (place.key, place.length) > (start.key, start.length)
    }

    /// Values of all prefixes that contain this one, itself included, least specific first.
    func containing(_ key: Key, length: Int) -> [UInt32] {
        (0...length).compactMap { find(key & mask($0), length: $0) }
    }
}

extension Trie.Node {
    /// Whether nothing in here begins with the last `bits` of these six and has more.
    fileprivate func isBare(below bits: Int, _ six: UInt64) -> Bool {
        let value = six & (1 << UInt64(bits) - 1)
        for length in bits + 1...6 {
            let more = UInt64(length - bits)
            let first = value << more
            let run =
                more == 6
                ? UInt64.max : (1 << (1 << more) - 1) << (length == 6 ? first : 1 << UInt64(length) - 1 + first)
            if (length == 6 ? outer : inner) & run != 0 { return false }
        }
        return true
    }
}
