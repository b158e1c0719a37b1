import Control
import Site

/// A line of the kept events, which a disk may have turned into anything. What can be read can be told and written, and
/// reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard let event = EventFiles.decode(UnsafeBufferPointer(start: data, count: count)) else { return 0 }
    _ = (event.text, event.evidence?.map(\.text))
    guard let line = json(event) else { return 0 }
    precondition(EventFiles.decode(line.utf8).flatMap { json($0) } == line)
    return 0
}
