import Glibc
import Peers
import Testing

@Suite("doctor: rights, files, disk and clock", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
struct MachineTests {
    @Test(
        "each right that is missing is named, with what it is for",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func rights() async throws {
        let machine = try await Machine(Machine.file(serve: "", check: "{icmp: {}}"))
        #expect(try await machine.doctor().codes == [])
        for (right, code) in [("net_admin", "LF-D101"), ("net_raw", "LF-D103"), ("setuid", "LF-D104")] {
            let told = try await machine.doctor(Machine.without(right))
            #expect(told.codes == [code] && told[code]?.severity == "error", "\(right): \(told.findings)")
        }
        let low = try await machine.doctor(Machine.without("net_bind_service"))
        #expect(low.codes == ["LF-D102"] && low["LF-D102"]?.found.first?.contains("port 179") == true)
        let nobody = try await machine.doctor(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        #expect(nobody.codes.isSuperset(of: ["LF-D101", "LF-D102", "LF-D103"]) && nobody["LF-D104"] == nil)
        // Addresses that are there already need nobody's right.
        for address in ["203.0.113.53/32", "2001:db8:113::53/128"] {
            try await machine.host.ip("addr add \(address) dev lo")
        }
        #expect(try await machine.doctor(Machine.without("net_admin")).codes == [])
    }

    @Test(
        "a file that the agent's user can't read, and too few open files",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func files() async throws {
        let machine = try await Machine()
        chmod(machine.host.folder + "/example.org.zone", 0o600)
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D106"] && told["LF-D106"]?.found.first?.contains("example.org.zone") == true)
        try await machine.follow(told["LF-D106"]?.remedy.suffix(1) ?? [])
        let few = try await machine.doctor(["prlimit", "--nofile=70:70"])
        #expect(few.codes == ["LF-D107"] && few["LF-D107"]?.severity == "warning", "\(few.findings)")
        #expect(try await machine.doctor(["prlimit", "--nofile=30:30"])["LF-D107"]?.severity == "error")
    }

    @Test(
        "a state folder that is read-only, full, out of inodes, or somebody else's",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func disk() async throws {
        let machine = try await Machine()
        let folder = machine.host.folder + "/disk"
        mkdir(folder, 0o755)
        func doctor(_ options: String, _ preparation: String = "true") async throws -> Machine.Told {
            let script = "mount -t tmpfs -o \(options) tmpfs \(folder) && \(preparation) && exec \"$0\" \"$@\""
            return try await machine.doctor(
                ["unshare", "--mount", "sh", "-c", script], ["--state", folder])
        }
        #expect(try await doctor("mode=777").codes == [])
        #expect(try await doctor("mode=777,ro").codes == ["LF-D711"])
        #expect(try await doctor("mode=700").codes == ["LF-D712"])
        let full = try await doctor("mode=777,size=1m", "dd if=/dev/zero of=\(folder)/full bs=64k 2>/dev/null; true")
        #expect(full.codes == ["LF-D713"] && full["LF-D713"]?.severity == "error", "\(full.findings)")
        #expect(try await doctor("mode=777,size=8m")["LF-D713"]?.severity == "warning")
        #expect(try await doctor("mode=777,nr_inodes=5").codes == ["LF-D714"])
    }

    @Test("a clock that is behind the file is wrong")
    func clock() async throws {
        let machine = try await Machine()
        _ = try await machine.host.run("touch", ["-d", "2050-01-01T00:00:00Z", machine.file])
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D702"] && told["LF-D702"]?.found.first?.hasSuffix("2050-01-01T00:00:00Z") == true)
    }

    @Test(
        "a machine whose /proc says nothing can't be examined: exit code 3",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func blind() async throws {
        let machine = try await Machine()
        let (status, output) = try await machine.host.run(
            "unshare",
            [
                "--mount", "sh", "-c", "mount --bind /dev/null /proc/$$/status && exec \"$0\" doctor \"$1\" --site fra",
                Landfall.path, machine.file,
            ])
        #expect(status == 3 && output.contains("can't be examined"), "\(output)")
    }
}
