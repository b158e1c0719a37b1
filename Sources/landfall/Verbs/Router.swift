import Config
import Daemon
import Router

extension Verb {
    static let router = Verb(
        name: "router",
        summary: "Be a BGP router: take routes, choose, pass them on, and put them into the kernel.",
        description: """
            Runs a router of the file, `routers` in docs/configuration.md, until SIGTERM: its neighbors are told why it
            goes, and the kernel's routes leave with it. SIGHUP or `landfall reload --socket` reads the file again and
            becomes it by the difference; a file with anything wrong in it changes nothing. Started as root it becomes the
            user landfall, or nobody, and keeps only the rights to change routes and to listen below port 1024. See
            docs/router.md.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            Option(name: "name", value: "NAME", summary: "Which router of the file; its only one otherwise."),
            Option(
                name: "socket", value: "PATH",
                summary: "The control socket; \(ControlSocket.defaultPath(of: "router")) otherwise."),
            .user, .daemonEvents, .daemonQuiet,
        ],
        examples: [
            ("landfall router examples/router.yaml", "the only router of a file"),
            ("landfall router landfall.yaml --name edge1", "one of several"),
            ("landfall router landfall.yaml --events - --quiet | jq .", "what happens, for a program"),
        ]
    ) { invocation throws(Failure) in
        var order = RouterProcess.Invocation(file: whole(try invocation.required("FILE")))
        (order.name, order.socket) = (invocation.value("name"), invocation.value("socket"))
        (order.user, order.events) = (invocation.value("user"), invocation.value("events"))
        order.isQuiet = invocation.has("quiet")
        do throws(Refusal) { try RouterProcess.run(order) } catch { throw Failure(error, of: "router") }
    }
}
