/// Numbers that the kernel keeps in tables of /proc/net.
package enum KernelCounters {
    /// Of /proc/net/snmp: a line of names and a line of numbers for each protocol. `Udp` and `RcvbufErrors`, say.
    package static func snmp(_ text: some StringProtocol, _ protocolName: String, _ name: String) -> UInt64? {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix(protocolName + ":") }
        guard lines.count >= 2 else { return nil }
        let (names, numbers) = (lines[0].split(separator: " "), lines[1].split(separator: " "))
        guard names.count == numbers.count, let place = names.firstIndex(where: { $0 == name }) else { return nil }
        return UInt64(numbers[place])
    }

    /// Of /proc/net/snmp6: a name and a number on each line.
    package static func snmp6(_ text: some StringProtocol, _ name: String) -> UInt64? {
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count == 2, words[0] == name { return UInt64(words[1]) }
        }
        return nil
    }

    /// Of /proc/net/softnet_stat: a line a processor; packets, and those that found its backlog full, in hexadecimal.
    package static func softnet(_ text: some StringProtocol) -> (packets: UInt64, dropped: UInt64)? {
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").prefix(2).map { UInt32($0, radix: 16) } }
        guard !rows.isEmpty, rows.allSatisfy({ $0.count == 2 && !$0.contains(nil) }) else { return nil }
        let sum = { (column: Int) in rows.reduce(UInt64(0)) { $0 + UInt64($1[column] ?? 0) } }
        return (sum(0), sum(1))
    }

    /// Of /proc/net/stat/nf_conntrack: a line of names, then a line a processor, in hexadecimal. The sum of a column.
    package static func tracking(_ text: some StringProtocol, _ name: String) -> UInt64? {
        let rows = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard let place = rows.first?.firstIndex(where: { $0 == name }), rows.count > 1 else { return nil }
        var sum: UInt64 = 0
        for row in rows.dropFirst() {
            guard place < row.count, let number = UInt32(row[place], radix: 16) else { return nil }
            sum += UInt64(number)
        }
        return sum
    }
}

/// A line of /proc/PID/status: `CapEff:\t0000000000003400`.
package func statusField(_ text: some StringProtocol, _ name: String) -> String? {
    for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
        return String(line.dropFirst(name.utf8.count + 1).drop { $0 == " " || $0 == "\t" })
    }
    return nil
}
