/// The completion of fish: a file `landfall.fish` in one of its folders.
enum FishCompletion {
    static var text: String {
        ([head] + Verb.all.flatMap(lines)).joined(separator: "\n")
    }

    private static var head: String {
        """
        # fish completion of landfall, made from its table of verbs: landfall completion fish
        # Names in the configuration that the command line names, or in the usual one.
        function __landfall_names
            for word in (commandline -opc)[3..] landfall.yaml /etc/landfall/landfall.yaml
                if string match -q '*.y*ml' -- $word; and test -f $word
                    landfall completion $argv[1] $word 2>/dev/null
                    return
                end
            end
        end
        function __landfall_verb
            set -l words (commandline -opc)
            test (count $words) -ge 2; and test $words[2] = $argv[1]
        end
        complete -c landfall -f
        complete -c landfall -n 'test (count (commandline -opc)) -eq 1' -l help -d 'Explain landfall.'
        complete -c landfall -n 'test (count (commandline -opc)) -eq 1' -l version -d 'Say which version this is.'
        """
    }

    private static func lines(_ verb: Verb) -> [String] {
        let first =
            "complete -c landfall -n 'test (count (commandline -opc)) -eq 1' -a \(verb.name) -d \(word(verb.summary))"
        let rest = "complete -c landfall -n '__landfall_verb \(verb.name)'"
        let options = verb.completed.map { option in
            let value = option.value.map { " -r\(offer($0.what))" } ?? ""
            return "\(rest) -l \(option.name) -d \(word(option.summary))\(value)"
        }
        return [first] + options + verb.completedArguments.map { rest + offer($0) }
    }

    private static func offer(_ what: Completing) -> String {
        switch what {
        case .files: " -F"
        case .folders: " -a '(__fish_complete_directories)'"
        case .verbs: " -a \(word(Verb.all.map(\.name).joined(separator: " ")))"
        case .words(let words): " -a \(word(words.joined(separator: " ")))"
        case .names(let names): " -a '(__landfall_names \(names.rawValue))'"
        case .nothing: ""
        }
    }

    /// fish knows \' and \\ in single quotes.
    private static func word(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
