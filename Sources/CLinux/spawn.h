// Starting a child: everything between fork and exec. In C, because in a process with threads only async-signal-safe
// calls are allowed there, and Swift allocates where it pleases.
#pragma once
#include "privileges.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

static inline char **landfall_environment(void) { return environ; }

// Where a spawn failed; the parent names it in its error.
enum landfall_spawn_step {
    LANDFALL_SPAWN_FORK,
    LANDFALL_SPAWN_MAP_USER,
    LANDFALL_SPAWN_SESSION,
    LANDFALL_SPAWN_DESCRIPTORS,
    LANDFALL_SPAWN_NETWORK,
    LANDFALL_SPAWN_TEMPORARY,
    LANDFALL_SPAWN_LIMITS,
    LANDFALL_SPAWN_DIRECTORY,
    LANDFALL_SPAWN_PRIVILEGES,
    LANDFALL_SPAWN_PARENT,
    LANDFALL_SPAWN_EXEC,
};

struct landfall_limit {
    int resource;
    struct rlimit value;
};

struct landfall_spawn {
    const char *program;
    char *const *arguments;
    char *const *environment;
    // Room for digits inside of `environment`, zeroed; may be NULL.
    char *listen_pid;
    // descriptors[i] becomes i.
    const int *descriptors;
    int descriptor_count;
    const char *directory;
    // CLONE_NEW…; with CLONE_NEWUSER the caller becomes 0 inside, the only user there.
    int namespaces;
    // A network namespace to enter, or -1.
    int network;
    // What is to be /tmp, or NULL.
    const char *temporary;
    const struct landfall_limit *limits;
    int limit_count;
    struct landfall_privileges privileges;
    bool no_new_privileges;
    bool ordinary_for_oom;
    int parent_death_signal;
    bool new_session;
    bool new_group;
};

struct landfall_spawn_error {
    int step;
    int code;
};

static inline char *landfall_digits(char *to, unsigned long value) {
    char reversed[20];
    int count = 0;
    do reversed[count++] = '0' + value % 10;
    while (value /= 10);
    while (count) *to++ = reversed[--count];
    return to;
}

static inline int landfall_write_file(const char *path, const char *text, size_t length) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, length);
    int code = errno;
    close(fd);
    errno = code;
    return written == (ssize_t)length ? 0 : -1;
}

// user_namespaces(7): groups must be given up before a gid can be mapped without privilege.
static inline int landfall_map_user(const char *path, unsigned long outside) {
    char line[40] = "0 ";
    char *end = landfall_digits(line + 2, outside);
    *end++ = ' ';
    *end++ = '1';
    return landfall_write_file(path, line, end - line);
}

static inline int landfall_map_users(uid_t uid, gid_t gid) {
    if (landfall_write_file("/proc/self/setgroups", "deny", 4) && errno != ENOENT) return -1;
    return landfall_map_user("/proc/self/uid_map", uid) || landfall_map_user("/proc/self/gid_map", gid) ? -1 : 0;
}

// First out of the way of every target, then onto it: the sources may be each other's targets. `*report` moves too.
static inline int landfall_place_descriptors(const int *from, int count, int *report) {
    int high[1024];
    if (count > 1024) return errno = EMFILE, -1;
    int moved = fcntl(*report, F_DUPFD_CLOEXEC, count);
    if (moved < 0) return -1;
    *report = moved;
    for (int i = 0; i < count; i++)
        if ((high[i] = fcntl(from[i], F_DUPFD_CLOEXEC, count)) < 0) return -1;
    for (int i = 0; i < count; i++)
        if (dup2(high[i], i) < 0) return -1;
    return syscall(SYS_close_range, count, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
}

// The raw call, since glibc keeps two signals to itself that the caller may have been started with ignored. SIG_DFL is 0.
static inline void landfall_default_signals(void) {
    static const uint64_t standard[8];
    for (int number = 1; number < 65; number++) syscall(SYS_rt_sigaction, number, standard, NULL, 8);
}

// PR_SET_PDEATHSIG is set last, since changed privileges clear it, and says nothing about a parent that is dead already.
// In a new PID namespace getppid() is always 0: there the parent's pidfd tells.
static inline int landfall_die_with(int number, pid_t parent, int parent_pidfd) {
    if (prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)) return -1;
    if (parent_pidfd < 0) return getppid() == parent ? 0 : (errno = ESRCH, -1);
    struct pollfd alive = {.fd = parent_pidfd, .events = POLLIN};
    return poll(&alive, 1, 0) == 0 ? 0 : (errno = ESRCH, -1);
}

// In a mount namespace of the child's own: mounts must be private already, or it would be everybody's /var/tmp.
static inline int landfall_place_temporary(const char *folder) {
    return unshare(CLONE_NEWNS) || mount(folder, "/var/tmp", NULL, MS_BIND, NULL) ? -1 : 0;
}

static inline int landfall_child_setup(
    const struct landfall_spawn *spawn, pid_t parent, int parent_pidfd, uid_t uid, gid_t gid, int *report
) {
    landfall_default_signals();
    if (spawn->namespaces & CLONE_NEWUSER && landfall_map_users(uid, gid)) return LANDFALL_SPAWN_MAP_USER;
    if (spawn->new_session && setsid() < 0) return LANDFALL_SPAWN_SESSION;
    if (spawn->new_group && setpgid(0, 0)) return LANDFALL_SPAWN_SESSION;
    if (spawn->network >= 0 && setns(spawn->network, CLONE_NEWNET)) return LANDFALL_SPAWN_NETWORK;
    if (spawn->temporary && landfall_place_temporary(spawn->temporary)) return LANDFALL_SPAWN_TEMPORARY;
    if (spawn->directory && chdir(spawn->directory)) return LANDFALL_SPAWN_DIRECTORY;
    // Raising the score takes no rights; where it is above 0 already, this is refused, and fine.
    if (spawn->ordinary_for_oom) landfall_write_file("/proc/self/oom_score_adj", "0", 1);
    if (landfall_become(&spawn->privileges)) return LANDFALL_SPAWN_PRIVILEGES;
    if (spawn->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return LANDFALL_SPAWN_PRIVILEGES;
    if (spawn->parent_death_signal && landfall_die_with(spawn->parent_death_signal, parent, parent_pidfd))
        return LANDFALL_SPAWN_PARENT;
    // Last, for the descriptors used above may be among those it overwrites.
    if (landfall_place_descriptors(spawn->descriptors, spawn->descriptor_count, report))
        return LANDFALL_SPAWN_DESCRIPTORS;
    // After them: a parent may have more descriptors open than the child is to have.
    for (int i = 0; i < spawn->limit_count; i++)
        if (setrlimit(spawn->limits[i].resource, &spawn->limits[i].value)) return LANDFALL_SPAWN_LIMITS;
    if (spawn->listen_pid) landfall_digits(spawn->listen_pid, syscall(SYS_getpid));
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(spawn->program, spawn->arguments, spawn->environment);
    return LANDFALL_SPAWN_EXEC;
}

static inline void landfall_child(
    const struct landfall_spawn *spawn, pid_t parent, int parent_pidfd, uid_t uid, gid_t gid, int report
) {
    struct landfall_spawn_error error = {landfall_child_setup(spawn, parent, parent_pidfd, uid, gid, &report), errno};
    if (write(report, &error, sizeof error) < 0) _exit(126);
    _exit(127);
}

// The raw call: it gives the pidfd with the child and knows the namespaces. Every signal is blocked meanwhile, so that no
// handler of the parent runs in the child.
static inline pid_t landfall_clone(const struct landfall_spawn *spawn, int *pidfd, int parent_pidfd, int report) {
    pid_t parent = getpid();
    uid_t uid = geteuid();
    gid_t gid = getegid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = syscall(SYS_clone, spawn->namespaces | 0x1000 /* CLONE_PIDFD */ | SIGCHLD, NULL, pidfd, NULL, 0);
    if (pid == 0) landfall_child(spawn, parent, parent_pidfd, uid, gid, report);
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return pid;
}

// Waits until the program runs or has failed to start: nothing comes through the pipe when exec closed it.
static inline pid_t landfall_start(const struct landfall_spawn *spawn, int *pidfd, struct landfall_spawn_error *error) {
    int report[2], parent_pidfd = -1;
    *error = (struct landfall_spawn_error){LANDFALL_SPAWN_FORK, 0};
    if (pipe2(report, O_CLOEXEC)) return error->code = errno, -1;
    if (spawn->parent_death_signal && spawn->namespaces & CLONE_NEWPID)
        parent_pidfd = syscall(SYS_pidfd_open, getpid(), 0);
    pid_t pid = landfall_clone(spawn, pidfd, parent_pidfd, report[1]);
    if (pid < 0) error->code = errno;
    close(report[1]);
    if (parent_pidfd >= 0) close(parent_pidfd);
    ssize_t got = 0;
    while (pid > 0 && (got = read(report[0], error, sizeof *error)) < 0 && errno == EINTR) continue;
    close(report[0]);
    if (got != sizeof *error) return pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    close(*pidfd);
    return -1;
}

static inline int landfall_pidfd(pid_t pid) { return syscall(SYS_pidfd_open, pid, 0); }
static inline int landfall_signal(int pidfd, int number) { return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0); }

// Whether the child has ended (and its status, as `code` and whether a `signal` caused it); 0 when it hasn't yet.
static inline int landfall_wait(int pidfd, bool block, int *code, bool *signal) {
    siginfo_t child = {0};
    int result;
    while ((result = waitid((idtype_t)3 /* P_PIDFD */, pidfd, &child, WEXITED | (block ? 0 : WNOHANG))) && errno == EINTR)
        continue;
    if (result || child.si_pid == 0) return result;
    *code = child.si_status;
    *signal = child.si_code != CLD_EXITED;
    return 1;
}

static inline int landfall_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }
