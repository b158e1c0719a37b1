internal import Codes
internal import Kernel

/// What the kernel has for confining `landfall serve`.
struct KernelFeatures: Sendable {
    var isServing: Bool
    var available: Confinement.Applied

    var look: Look {
        guard isServing else { return Look("confinement", "no service of ours") }
        var findings: [Finding] = []
        if available.landlock == 0 {
            findings.append(
                Finding(
                    .noLandlock, .note, "landlock", found: ["landlock_create_ruleset: the kernel has none"],
                    remedy: [
                        "cat /sys/kernel/security/lsm   # lsm=…,landlock on the kernel's command line, Linux 5.13 or later"
                    ]))
        }
        if !available.seccomp {
            findings.append(
                Finding(
                    .noSeccomp, .warning, "seccomp", found: ["/proc/sys/kernel/seccomp isn't there"],
                    remedy: ["a kernel with CONFIG_SECCOMP_FILTER"]))
        }
        return Look("confinement", "landlock \(available.landlock), seccomp", findings: findings)
    }
}

extension Explanation {
    static let noLandlock = Self(
        "LF-D901", "no-landlock", title: "The kernel can't keep the service from the file system.",
        meaning: """
            `landfall serve` answers strangers. With Landlock, whoever takes it over can't open a file; without it, it \
            reads what its user may read. It has no capabilities, and under seccomp starts nothing, either way.
            """,
        remedy: "Linux 5.13 or later, with `landlock` among the `lsm=` of its command line.")
    static let noSeccomp = Self(
        "LF-D902", "no-seccomp", title: "The kernel can't keep the service from system calls that it doesn't need.",
        meaning: """
            `landfall serve` answers strangers. With seccomp, whoever takes it over can't start programs, signal the agent \
            or reach its control socket; without it, it can do what its user may do.
            """,
        remedy: "A kernel with CONFIG_SECCOMP_FILTER, as every distribution's has it.")
}
