// Memory that processes share, for `Kernel`. Needs _GNU_SOURCE.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

// A file of `size` zero bytes without a place in a file system. Nobody can shorten it: whoever has mapped it can rely on
// all of it being there.
static inline int landfall_shared_memory(const char *name, size_t size) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -1;
    if (ftruncate(fd, (off_t)size) || fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

// What is in `fd`, for everybody who maps it; with -1 zeros for this process alone.
static inline void *landfall_map(int fd, size_t size) {
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
