internal import Glibc

/// Memory that grows where it is: addresses are set aside for far more than there will be, and cost nothing until the part
/// that they belong to is asked for.
///
/// It is mapped in large pages where the kernel has them (`/sys/kernel/mm/transparent_hugepage/enabled` says `madvise` or
/// `always`): a lookup in a full table touches a dozen places far from each other, and with pages of 4 KB finding out where
/// each lies takes as long as reading it.
@safe
struct LargeMemory {
    /// Below this, a last page of 2 MB that is mostly empty would be much.
    static let least = 8 << 20
    private static let page = 2 << 20
    private static let most = 64 << 30

    let base: UnsafeMutableRawPointer
    private let start: UnsafeMutableRawPointer
    private let length: Int

    /// SAFETY: what is mapped is ours alone; it can't be touched before `grow`. Where a limit allows no more (RLIMIT_AS),
    /// fewer addresses are set aside.
    init() {
        var length = Self.most
        while true {
            let found = unsafe mmap(nil, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            if let found = unsafe found, unsafe found != MAP_FAILED {
                unsafe (start, self.length) = (found, length)
                break
            }
            length /= 2
            precondition(length >= Self.least, "no addresses for large tables")
        }
        let mask = UInt(Self.page - 1)
        let gap = unsafe (0 &- UInt(bitPattern: start)) & mask
        unsafe base = start + Int(gap)
    }

    /// SAFETY: the part lies within what was set aside, which is checked.
    func grow(to size: Int) {
        precondition(size + Self.page <= length, "no addresses for \(size) bytes")
        guard unsafe mprotect(base, size, PROT_READ | PROT_WRITE) == 0 else {
            preconditionFailure("no memory for \(size) bytes")
        }
        unsafe madvise(base, size, 14)  // MADV_HUGEPAGE, which Glibc has in a header that Swift doesn't see
    }

    func giveBack() { unsafe munmap(start, length) }
}
