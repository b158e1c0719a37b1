import Net

extension ASGraph {
    /// The customer cone of the AS at a position: itself, its customers, theirs and so on, ascending (Luckie et al. 2013,
    /// the recursive cone).
    public func cone(of position: Int) -> [Int] {
        var seen = Bits(count: count)
        var cone = [position]
        seen.insert(position)
        var next = 0
        while next < cone.count {
            for customer in neighbors(.customer, of: cone[next]) where seen.insert(Int(customer)) {
                cone.append(Int(customer))
            }
            next += 1
        }
        return cone.sorted()
    }

    /// How many ASes each one's cone has, itself included, by position.
    public func coneSizes() -> [Int] {
        var sizes = [Int](repeating: 1, count: count)
        // By when an AS was seen last, so that nothing has to be cleared for the next cone.
        var seen = [UInt32](repeating: .max, count: count)
        var cone: [UInt32] = []
        for position in firstTransit..<count {
            cone.removeAll(keepingCapacity: true)
            cone.append(UInt32(position))
            seen[position] = UInt32(position)
            var next = 0
            while next < cone.count {
                for customer in customers.ends[customers.range(Int(cone[next]))] where seen[Int(customer)] != position {
                    seen[Int(customer)] = UInt32(position)
                    cone.append(customer)
                }
                next += 1
            }
            sizes[position] = cone.count
        }
        return sizes
    }
}
