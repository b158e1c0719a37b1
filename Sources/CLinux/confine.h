// Confinement of a process by itself: no_new_privs, seccomp, Landlock. For `Kernel`.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define LANDFALL_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define LANDFALL_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

static inline int landfall_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

// Calls that a server with its sockets in hand has no use for: into other processes, into other namespaces, around this
// filter (io_uring opens sockets of its own), into the kernel's insides, and other programs.
static const uint32_t landfall_refused_calls[] = {
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_tkill, SYS_socketpair, SYS_io_uring_setup,
    SYS_io_uring_enter, SYS_io_uring_register, SYS_setns, SYS_unshare, SYS_mount, SYS_umount2, SYS_pivot_root,
    SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen, SYS_fsmount, SYS_mount_setattr, SYS_bpf, SYS_perf_event_open,
    SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_open_by_handle_at,
};
// Allowed to itself: abort() and pthread_kill() are tgkill().
static const uint32_t landfall_signal_calls[] = {SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo};

// F_SETOWN, F_SETSIG, F_SETOWN_EX of fcntl; FIOSETOWN, SIOCSPGRP of ioctl.
static const uint32_t landfall_owner_commands[] = {8, 10, 15};
static const uint32_t landfall_owner_requests[] = {0x8901, 0x8902};

struct landfall_program {
    struct sock_filter code[256];
    uint16_t length;
};

static inline void landfall_emit(struct landfall_program *to, uint16_t code, uint8_t yes, uint8_t no, uint32_t value) {
    to->code[to->length++] = (struct sock_filter){code, yes, no, value};
}
static inline void landfall_load(struct landfall_program *to, uint32_t offset) {
    landfall_emit(to, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}
static inline void landfall_refuse(struct landfall_program *to, uint32_t code) {
    landfall_emit(to, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | code);
}

// The low half of an argument; the accumulator holds the number of the call again afterwards.
static inline void landfall_rule_argument(
    struct landfall_program *to, uint32_t call, unsigned argument, uint16_t test, uint32_t value, bool refuse_when
) {
    landfall_emit(to, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, call);
    landfall_load(to, offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
    landfall_emit(to, BPF_JMP | test | BPF_K, refuse_when ? 0 : 1, refuse_when ? 1 : 0, value);
    landfall_refuse(to, EPERM);
    landfall_load(to, offsetof(struct seccomp_data, nr));
}

static inline void landfall_rules(struct landfall_program *to, uint32_t self) {
    landfall_load(to, offsetof(struct seccomp_data, arch));
    landfall_emit(to, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, LANDFALL_AUDIT_ARCH);
    landfall_emit(to, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
    landfall_load(to, offsetof(struct seccomp_data, nr));
    // The x32 numbers of the same calls.
    landfall_emit(to, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000);
    landfall_refuse(to, ENOSYS);
    for (size_t i = 0; i < sizeof landfall_refused_calls / sizeof *landfall_refused_calls; i++) {
        landfall_emit(to, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, landfall_refused_calls[i]);
        landfall_refuse(to, EPERM);
    }
    for (size_t i = 0; i < sizeof landfall_signal_calls / sizeof *landfall_signal_calls; i++)
        landfall_rule_argument(to, landfall_signal_calls[i], 0, BPF_JEQ, self, false);
    landfall_rule_argument(to, SYS_socket, 0, BPF_JEQ, AF_UNIX, true);
    // A descriptor can be told to send any signal to anybody when it becomes ready.
    for (size_t i = 0; i < sizeof landfall_owner_commands / sizeof *landfall_owner_commands; i++)
        landfall_rule_argument(to, SYS_fcntl, 1, BPF_JEQ, landfall_owner_commands[i], true);
    for (size_t i = 0; i < sizeof landfall_owner_requests / sizeof *landfall_owner_requests; i++)
        landfall_rule_argument(to, SYS_ioctl, 1, BPF_JEQ, landfall_owner_requests[i], true);
    // Its own limits only.
    landfall_rule_argument(to, SYS_prlimit64, 0, BPF_JEQ, 0, false);
    // Threads, no processes. clone3 hides its flags from a filter; glibc uses clone where there is none.
    landfall_rule_argument(to, SYS_clone, 0, BPF_JSET, CLONE_THREAD, false);
    landfall_emit(to, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3);
    landfall_refuse(to, ENOSYS);
    landfall_emit(to, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

static inline int landfall_seccomp(void) {
    struct landfall_program rules = {.length = 0};
    landfall_rules(&rules, getpid());
    struct sock_fprog program = {rules.length, rules.code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}

// Landlock's interface as of version 6 (linux/landlock.h; Debian 12's is of version 2).
struct landfall_ruleset {
    uint64_t files, network, scope;
};
struct __attribute__((packed)) landfall_beneath {
    uint64_t allowed;
    int32_t folder;
};

// The version that the kernel knows, 0 when it has none.
static inline int landfall_landlock_version(void) {
    long version = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1 /* VERSION */);
    return version < 0 ? 0 : (int)version;
}

static inline int landfall_landlock_ruleset(int version) {
    static const uint64_t files[] = {0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
    struct landfall_ruleset rules = {
        .files = files[version < 5 ? version - 1 : 4],
        .network = version >= 4 ? 3 : 0,  // bind and connect of TCP
        .scope = version >= 6 ? 3 : 0,    // abstract Unix sockets, signals
    };
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    return syscall(444, &rules, size, 0);
}

static inline int landfall_landlock_allow_reading(int ruleset, const char *path) {
    int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) return -1;
    struct landfall_beneath rule = {.allowed = 0xc /* read files, list folders */, .folder = folder};
    long result = syscall(445 /* landlock_add_rule */, ruleset, 1 /* PATH_BENEATH */, &rule, 0);
    if (result && errno == EINVAL) {  // a file, which can't be listed
        rule.allowed = 4;
        result = syscall(445, ruleset, 1, &rule, 0);
    }
    int code = errno;
    close(folder);
    errno = code;
    return result;
}

static inline int landfall_landlock_restrict(int ruleset) {
    return syscall(446 /* landlock_restrict_self */, ruleset, 0);
}
