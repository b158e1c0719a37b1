import Glibc

@main struct Main {
    static func main() {
        // From a nonisolated function: what verbs start on other threads must not belong to the main actor.
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private nonisolated static func run(_ arguments: [String]) -> Exit {
        do throws(Failure) {
            return Terminal.conclude(try Invocation.parse(arguments).run())
        } catch {
            if !error.text.isEmpty { Terminal.say(error.text) }
            return Terminal.conclude(error.exit)
        }
    }
}
