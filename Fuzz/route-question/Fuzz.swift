import Control

/// Any bytes as the target of a request that asks for routes. What is understood reads the same when it is written again, and
/// what isn't is refused in words.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let target = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    do throws(QueryError) {
        let query = try Query(target: target)
        precondition((try? Query(target: query.target)) == query)
        let question = try RoutesQuestion(query)
        precondition((try? RoutesQuestion(Query(target: question.target))) == question)
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
