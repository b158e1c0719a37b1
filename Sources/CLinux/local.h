// Blocking Unix sockets, and mounts, for `Kernel`.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static inline int landfall_local_stream(const char *path, long timeout_milliseconds) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct timeval timeout = {timeout_milliseconds / 1000, timeout_milliseconds % 1000 * 1000};
    if (strlen(path) >= sizeof at.sun_path) return errno = ENAMETOOLONG, -1;
    strcpy(at.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(fd, (struct sockaddr *)&at, sizeof at)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

// A file without a place in a file system. Needs _GNU_SOURCE, as the seals do.
static inline int landfall_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}
// Its content stays what it is, for everybody who holds it.
static inline int landfall_seal(int fd) {
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

static inline int landfall_private_mounts(void) { return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL); }
static inline int landfall_mount_proc(void) {
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
static inline int landfall_mount_memory(const char *path, const char *options) {
    return mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

// A folder seen at a second place, where nobody can write. Flags that a user namespace inherited locked must stay.
static inline int landfall_mount_read_only(const char *from, const char *to) {
    struct statvfs about;
    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) || statvfs(to, &about)) return -1;
    unsigned long kept = 0;
    if (about.f_flag & ST_NOSUID) kept |= MS_NOSUID;
    if (about.f_flag & ST_NODEV) kept |= MS_NODEV;
    if (about.f_flag & ST_NOEXEC) kept |= MS_NOEXEC;
    if (about.f_flag & ST_NOATIME) kept |= MS_NOATIME;
    if (about.f_flag & ST_NODIRATIME) kept |= MS_NODIRATIME;
    if (about.f_flag & ST_RELATIME) kept |= MS_RELATIME;
    return mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, NULL);
}
