import Config
import FoundationEssentials
import Glibc
import Peers
import Testing

/// `packaging/`, as `make install` puts it on a machine.
@Suite(
    "The systemd unit",
    .enabled(if: Landfall.lack("systemd-analyze") == nil, "\(Landfall.lack("systemd-analyze") ?? "")"))
struct UnitTests {
    /// The result of `make install`, without its build.
    private final class Installed {
        let sandbox: Sandbox
        var root: String { sandbox.folder + "/root" }
        let talk: String

        init() async throws {
            sandbox = try await Sandbox()
            // Whoever asks for this one would start or restart something.
            let tools = sandbox.folder + "/tools"
            mkdir(tools, 0o755)
            try writeFile(tools + "/systemctl", "#!/bin/sh\necho \"$@\" >\"\(sandbox.folder)/systemctl-was-called\"\n")
            chmod(tools + "/systemctl", 0o755)
            talk = try await Self.install(sandbox, [])
        }

        static func install(_ sandbox: Sandbox, _ words: [String]) async throws -> String {
            let settings = [
                "DESTDIR=\(sandbox.folder)/root", "PREFIX=/usr", "LANDFALL_BINARY=\(Landfall.path)",
                "PATH=\(sandbox.folder)/tools:/usr/bin:/bin",
            ]
            let (status, output) = try await sandbox.run(
                "env", settings + [Repository.root + "/scripts/install"] + words)
            guard status == 0 else { throw PeerError(output) }
            return output
        }

        func files() async throws -> [String] {
            try await sandbox.run("find", [root, "-type", "f", "-printf", "%P\\n"]).output.split(separator: "\n")
                .map(String.init)
        }
    }

    @Test("rule 17: the unit is one that systemd understands, and is hardened; its score is printed")
    func verified() async throws {
        let installed = try await Installed()
        let unit = installed.root + "/usr/lib/systemd/system/landfall.service"
        // The program is not where it will be.
        let text = try #require(readFile(unit)).replacing(
            "/usr/bin/landfall", with: installed.root + "/usr/bin/landfall")
        try writeFile(unit, text)
        let units = [
            "SYSTEMD_UNIT_PATH=\(installed.root)/usr/lib/systemd/system:\(Program.tree)/lib/systemd/system:/lib/systemd/system"
        ]
        let analyze = try Program.find("systemd-analyze")
        let verify = try await installed.sandbox.run("env", units + [analyze, "verify", unit])
        #expect(verify.status == 0 && verify.output.isEmpty, "\(verify.output)")
        let security = try await installed.sandbox.run(
            "env", units + [analyze, "security", "--offline=true", "--no-pager", "--threshold=25", unit])
        print("systemd-analyze security: \(security.output.split(separator: "\n").last ?? "")")
        #expect(security.status == 0, "more exposed than 2.5: \(security.output)")
    }

    @Test("rule 17: the agent stops before what it announces, has time for its drain, and is the last to be killed")
    func directives() throws {
        let text = try Repository.text("packaging/landfall.service.in")
        let lines = text.split(separator: "\n")
        for line in [
            "KillMode=mixed", "Type=notify", "NotifyAccess=main", "Restart=always", "StartLimitIntervalSec=0",
            "WatchdogSec=10s", "OOMPolicy=continue", "WatchdogSignal=SIGKILL", "RuntimeDirectoryMode=0750",
        ] { #expect(lines.contains { $0 == line }, "\(line)") }
        #expect(lines.contains { $0.hasPrefix("After=network-online.target") })
        #expect(try #require(text.number(after: "OOMScoreAdjust=-")) >= 500)
        let drop = try Repository.text("packaging/after-service.conf")
        #expect(drop.contains("\nAfter=nsd.service") && !drop.contains("\nRequires") && !drop.contains("\nBindsTo"))
        // The bound of a stop that nobody changed; the agent asks for more where the file says more.
        let bound = try Repository.text("docs/configuration.md")
        #expect(
            bound.contains("`announce.drain.stop-wait` | `5s`") && bound.contains("`announce.withdraw-wait` | `1s`"))
        #expect(try #require(text.number(after: "TimeoutStopSec=")) > 5 + 1 + 15)
    }

    @Test(
        "an installation has its paths in the unit, starts and restarts nothing, keeps what operators edit, and goes again"
    )
    func installs() async throws {
        let installed = try await Installed()
        let files = try await installed.files()
        for file in [
            "usr/bin/landfall", "usr/lib/systemd/system/landfall.service", "usr/lib/sysusers.d/landfall.conf",
            "usr/share/man/man1/landfall-run.1", "usr/share/man/man5/landfall.yaml.5", "etc/default/landfall",
            "usr/share/bash-completion/completions/landfall", "usr/share/zsh/site-functions/_landfall",
            "usr/share/fish/vendor_completions.d/landfall.fish", "usr/share/doc/landfall/docs/agent.md",
            "usr/share/doc/landfall/examples/three-sites.yaml", "usr/share/doc/landfall/LICENSE",
        ] { #expect(files.contains(file), "\(file)") }
        let unit = try #require(readFile(installed.root + "/usr/lib/systemd/system/landfall.service"))
        #expect(
            unit.contains("ExecStart=/usr/bin/landfall run ") && !unit.contains("@PREFIX") && !unit.contains("@DOC"))
        #expect(installed.talk.contains("systemctl enable --now landfall"))

        try writeFile(installed.root + "/etc/default/landfall", "LANDFALL_SITE=fra\n")
        _ = try await Installed.install(installed.sandbox, [])
        #expect(readFile(installed.root + "/etc/default/landfall") == "LANDFALL_SITE=fra\n")
        _ = try await Installed.install(installed.sandbox, ["--uninstall"])
        #expect(try await installed.files() == ["etc/default/landfall"])
        #expect(readFile(installed.sandbox.folder + "/systemctl-was-called") == nil)
    }
}
