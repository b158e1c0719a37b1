internal import Glibc

/// A NULL-terminated array of C strings, as exec wants it; each has room for 20 more bytes.
final class CStrings {
    // SAFETY: allocated here, freed in deinit, and handed out only while the owner is kept alive.
    let array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        array = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() {
            let bytes = text.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 20)
            copy.initialize(repeating: 0, count: bytes.count + 20)
            for (place, byte) in bytes.enumerated() { copy[place] = byte }
            array[index] = copy
        }
        array[texts.count] = nil
    }

    deinit {
        for index in 0..<count { array[index]?.deallocate() }
        array.deallocate()
    }

    func text(_ index: Int) -> UnsafePointer<CChar>? { array[index].map { UnsafePointer($0) } }

    /// Just behind `prefix`, in the string that is nothing else.
    func pointer(of prefix: String) -> UnsafeMutablePointer<CChar>? {
        for index in 0..<count {
            if let text = array[index], strcmp(text, prefix) == 0 { return text + prefix.utf8.count }
        }
        return nil
    }
}
