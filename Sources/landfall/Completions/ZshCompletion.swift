/// The completion of zsh: a file `_landfall` in a folder of its `fpath`.
enum ZshCompletion {
    static var text: String {
        """
        #compdef landfall
        # zsh completion of landfall, made from its table of verbs: landfall completion zsh
        # Names in the configuration that the command line names, or in the usual one.
        _landfall_names() {
            local word
            local -a found
            for word in ${(Q)words} landfall.yaml /etc/landfall/landfall.yaml; do
                [[ $word == *.y*ml && -f $word ]] || continue
                found=(${(f)"$(_call_program names landfall completion $1 ${(q)word})"})
                compadd -a found
                return
            done
        }
        _landfall_verbs() {
            local -a verbs=(
        \(verbs)
            )
            _describe -t verbs verb verbs
        }
        _landfall() {
            local context state line
            typeset -A opt_args
            _arguments -C '(- : *)--help[Explain landfall.]' '(- : *)--version[Say which version this is.]' \\
                '1:verb:_landfall_verbs' '*::argument:->rest'
            [[ $state == rest ]] || return
            case $words[1] in
        \(cases)
            esac
        }
        if [[ $funcstack[1] == _landfall ]]; then _landfall "$@"; else compdef _landfall landfall; fi
        """
    }

    private static var verbs: String {
        Verb.all.map { "        \("\($0.name):\(escaped($0.summary))".shellWord)" }.joined(separator: "\n")
    }

    private static var cases: String {
        Verb.all.map { verb in
            let options = verb.options.map { option(of: $0) } + ["'(- : *)--help[Explain this verb.]'"]
            let arguments = verb.arguments.enumerated().map { index, argument in
                let mark = argument.isRequired ? ":" : "::"
                let what = Completing(argument.name)
                return "\(index + 1)\(mark)\(escaped(argument.name)):\(action(what))".shellWord
            }
            return "        \(verb.name)) _arguments \((options + arguments).joined(separator: " ")) ;;"
        }.joined(separator: "\n")
    }

    private static func option(of option: Verb.Option) -> String {
        let name = (option.repeats ? "*" : "") + "--\(option.name)"
        let summary = "[\(escaped(option.summary))]"
        guard let value = option.value else { return (name + summary).shellWord }
        let what = Completing(value, of: option.name)
        return "\(name)=\(summary):\(escaped(value)):\(action(what))".shellWord
    }

    private static func action(_ what: Completing) -> String {
        switch what {
        case .files: "_files"
        case .folders: "_files -/"
        case .verbs: "_landfall_verbs"
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .names(let names): " _landfall_names \(names.rawValue)"
        case .nothing: " "
        }
    }

    /// What means something inside of a specification.
    private static func escaped(_ text: String) -> String {
        String(text.flatMap { "[]:\\".contains($0) ? ["\\", $0] : [$0] })
    }
}
