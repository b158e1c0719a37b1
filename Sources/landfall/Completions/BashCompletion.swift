/// The completion of bash. Without the bash-completion package, which not every server has.
enum BashCompletion {
    static var text: String {
        """
        # bash completion of landfall, made from its table of verbs: landfall completion bash
        _landfall_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
        _landfall_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); }
        _landfall_folders() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); }
        # Names in the configuration that the command line names, or in the usual one.
        _landfall_names() {
            local word
            for word in "${COMP_WORDS[@]:2}" landfall.yaml /etc/landfall/landfall.yaml; do
                [[ $word == *.y*ml && -f $word ]] || continue
                _landfall_words "$("${COMP_WORDS[0]}" completion "$1" "$word" 2>/dev/null)"
                return
            done
        }
        _landfall() {
            local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
            COMPREPLY=()
            # --name=value is three words, since = is in COMP_WORDBREAKS.
            if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
            if ((COMP_CWORD == 1)); then
                _landfall_words "\(verbs) --help --version"
                return
            fi
            case "$verb $prev" in
        \(values)
            esac
            if [[ $cur == -* ]]; then
                case $verb in
        \(options)
                esac
                return
            fi
            case $verb in
        \(arguments)
            esac
        }
        complete -F _landfall landfall
        """
    }

    private static var verbs: String { Verb.all.map(\.name).joined(separator: " ") }

    private static var values: String {
        let lines = Verb.all.flatMap { verb in
            verb.completed.compactMap { option in
                option.value.map { "        \("\(verb.name) --\(option.name)".shellWord)) \(call($0.what)) return ;;" }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static var options: String {
        Verb.all.map { verb in
            let names = verb.completed.map { "--\($0.name)" }.joined(separator: " ")
            return "            \(verb.name)) _landfall_words \(names.shellWord) ;;"
        }.joined(separator: "\n")
    }

    private static var arguments: String {
        Verb.all.compactMap { verb in
            guard let first = verb.completedArguments.first else { return nil }
            return "        \(verb.name)) \(call(first)) ;;"
        }.joined(separator: "\n")
    }

    private static func call(_ what: Completing) -> String {
        switch what {
        case .files: "_landfall_files;"
        case .folders: "_landfall_folders;"
        case .verbs: "_landfall_words \(verbs.shellWord);"
        case .words(let words): "_landfall_words \(words.joined(separator: " ").shellWord);"
        case .names(let names): "_landfall_names \(names.rawValue);"
        case .nothing: ""
        }
    }
}
