import Files
import Glibc

extension Verb {
    static let man = Verb(
        name: "man",
        summary: "Print a manual page.",
        description: """
            In mdoc, for man(1): landfall(1), landfall-VERB(1) or landfall.yaml(5), made from the tables that the program itself
            goes by. With --into all of them are written into a folder, each under the name that man(1) looks for.
            """,
        arguments: [
            Argument(name: "PAGE", summary: "A verb, or landfall.yaml; landfall(1) otherwise.", isRequired: false)
        ],
        options: [Option(name: "into", value: "DIR", summary: "Write all pages into man1 and man5 there.")],
        examples: [
            ("landfall man run | tee landfall-run.1", "what run does, for man -l landfall-run.1"),
            ("landfall man --into man", "all of them, below a folder: /usr/local/share/man is where man(1) looks"),
        ]
    ) { invocation throws(Failure) in
        if let folder = invocation.value("into") {
            try write(ManPage.all, into: folder)
            return .done
        }
        let name = invocation.argument("PAGE")
        let wanted = name.map { [$0, "landfall-\($0)"] } ?? ["landfall"]
        guard let page = ManPage.all.first(where: { wanted.contains($0.name) }) else {
            throw Failure(
                "man: there is no page \"\(name ?? "")\"; there are \(ManPage.all.map(\.name).joined(separator: ", "))")
        }
        Terminal.print(page.text)
        return .done
    }

    private static func write(_ pages: [ManPage], into folder: String) throws(Failure) {
        do throws(FileError) {
            for place in [folder, "\(folder)/man1", "\(folder)/man5"] where mkdir(place, 0o755) != 0 && errno != EEXIST
            {
                throw FileError(place, .system(errno))
            }
            for page in pages {
                try File.write(Array((page.text + "\n").utf8), to: "\(folder)/man\(page.section)/\(page.fileName)")
            }
        } catch { throw Failure(.machineLacks, "man: \(error)") }
    }
}
