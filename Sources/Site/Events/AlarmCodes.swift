package import Codes

/// What the alarms stand for that are about the agent's own files. A code is never given to anything else again.
package enum AgentAlarms {
    package static let explanations: [Explanation] = [
        .stateUnwritable, .memoryRefused, .metricsUnavailable, .configurationRefused, .configurationPinned,
        .configurationUnkept, .displacedLoadUnusable, .signaturesEnd, .zonesDiffer,
    ]
}

extension Explanation {
    static let stateUnwritable = Explanation(
        "LF-A101", "state-unwritable",
        title: "The state folder can't be written; nothing is kept for the next start.",
        meaning: """
            Drains, flap penalties, the history and the events are written by a thread of its own, so announcing and \
            withdrawing go on as ever, from memory. What is lost when the agent ends now is what the next one should know: \
            it would announce what somebody has drained.
            """,
        remedy: """
            df -h and df -i on the state folder (/var/lib/landfall, or --state); then its owner and mode, and dmesg for a \
            disk that is read-only. It is tried again every two seconds. Don't restart the agent while something is drained.
            """)

    static let memoryRefused = Explanation(
        "LF-A102", "memory-refused",
        title: "What the agent before this one remembered could not be used.",
        meaning: """
            memory.json in the state folder is damaged, of another version, or of another network, site or host. Drains and \
            penalties that were in it are forgotten; the file is kept beside it as memory.json.refused.
            """,
        remedy: """
            If something was drained here, drain it again: landfall events shows what was. The alarm ends with the next \
            start. After a renaming of site or host it is to be expected.
            """)

    static let configurationRefused = Explanation(
        "LF-A603", "configuration-refused",
        title: "The configuration file was refused; the one that was accepted before is in use.",
        meaning: """
            The file as it was read last has errors, or wants something that only a restart can do. All that is wrong is in \
            the reload-refused event and in landfall status --json. Announcements are as they were.
            """,
        remedy: "landfall check FILE names each place; mend the file and landfall reload.")

    static let configurationPinned = Explanation(
        "LF-A604", "configuration-pinned",
        title: "A copy of an earlier configuration is in use, not the file.",
        meaning: """
            Somebody rolled back, a confirmation didn't come in time, or the agent was started with a file that can't be \
            used. The copy counts, at the next start too, until a reload has accepted the file again.
            """,
        remedy: "landfall reload --dry-run shows what the file would change; landfall reload takes it.")

    static let configurationUnkept = Explanation(
        "LF-A605", "configuration-unkept",
        title: "No copy of the configuration is kept.",
        meaning: """
            The state folder could not be written or read when the configuration was accepted. It is in use all the same; \
            but there is no rollback to it, and a start with a bad file has nothing to fall back to.
            """,
        remedy: "Make room in the state folder, or mend its owner and mode; then landfall reload keeps a copy.")

    static let displacedLoadUnusable = Explanation(
        "LF-A606", "displaced-load-unusable",
        title: "The table of displaced load can't be used.",
        meaning: """
            announce.displaced-load names a table, and it can't be read, has errors, is older than max-age, or was made for \
            other sites, neighbors or prefixes than the configuration has now. So landfall drain can't say what moves where, \
            and a step by load (announce.load) isn't made, since nobody knows whether the others could carry it.
            """,
        remedy: """
            landfall plan FILE --displaced-load TABLE makes it anew, from the configuration as it is; copy it to the path that \
            the alarm names. The agent looks every five seconds. To do without it, leave announce.displaced-load out.
            """)
}
