import Config

/// Any text as a configuration: a network or errors, the same ones each time, in the order of the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let text = [UInt8](UnsafeBufferPointer(start: data, count: count))
    guard case .failure(let problems) = ConfigurationFile.load(text: text, path: "landfall.yaml") else { return 0 }
    precondition(!problems.all.isEmpty)
    for (problem, next) in zip(problems.all, problems.all.dropFirst()) {
        precondition((problem.line, problem.column) <= (next.line, next.column))
    }
    guard case .failure(problems) = ConfigurationFile.load(text: text, path: "landfall.yaml") else {
        preconditionFailure("the same text had other errors")
    }
    return 0
}
