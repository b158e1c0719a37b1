/// How much of what is kept was first seen from whom. Each session has an account of its own, so that one that ended over a
/// limit is not held against the next: what others still use stays on its account, which is closed, until somebody sends it
/// again.
struct Accounts: Sendable {
    struct Account: Hashable, Sendable {
        /// Of attribute sets.
        var bytes = 0
        var sets = 0
        var nextHops = 0
        fileprivate(set) var isOpen = true

        fileprivate var isDone: Bool { !isOpen && sets == 0 && nextHops == 0 }
    }

    /// The first is that of everybody for whom there was no number left.
    private var all = [Account()]
    private var free: [UInt16] = []

    subscript(_ number: UInt16) -> Account {
        @inline(__always)
        get { all[Int(number)] }
    }

    mutating func open() -> UInt16 {
        if let number = free.popLast() {
            all[Int(number)] = Account()
            return number
        }
        guard all.count <= Int(UInt16.max) else { return 0 }
        all.append(Account())
        return UInt16(all.count - 1)
    }

    mutating func close(_ number: UInt16) { if number != 0 { change(number) { $0.isOpen = false } } }

    mutating func change(_ number: UInt16, _ change: (inout Account) -> Void) {
        let wasDone = all[Int(number)].isDone
        change(&all[Int(number)])
        if !wasDone, all[Int(number)].isDone { free.append(number) }
    }
}

extension AttributeStore {
    /// Holds a set that somebody sends once more. One whose account is closed goes over to his; then he is to be asked
    /// whether he may.
    @discardableResult
    mutating func hold(_ set: Link<AttributeSet>, account: UInt16) -> Bool {
        retain(set)
        guard !accounts[sets[set].account].isOpen else { return false }
        charge(set, -1)
        sets[set].account = account
        charge(set, 1)
        adopt(sets[set].hop, account: account)
        return true
    }

    /// The same of a next hop, whatever set it comes with.
    mutating func adopt(_ hop: UInt32, account: UInt16) {
        guard !accounts[hops[hop].account].isOpen else { return }
        charge(hop, -1)
        hops.move(hop, to: account)
        charge(hop, 1)
    }

    mutating func charge(_ set: Link<AttributeSet>, _ sign: Int) {
        let (account, length) = (sets[set].account, Int(sets[set].length))
        accounts.change(account) { ($0.bytes, $0.sets) = ($0.bytes + sign * length, $0.sets + sign) }
    }

    mutating func charge(_ hop: UInt32, _ sign: Int) {
        accounts.change(hops[hop].account) { $0.nextHops += sign }
    }
}
