// Giving up privileges: between fork and exec, and in a process that stays. Async-signal-safe.
#pragma once
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int landfall_get_capabilities(uint64_t *effective, uint64_t *permitted) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data)) return -1;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    return 0;
}

static inline int landfall_set_capabilities(uint64_t kept, uint64_t inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)kept, .permitted = (uint32_t)kept, .inheritable = (uint32_t)inheritable},
        {.effective = kept >> 32, .permitted = kept >> 32, .inheritable = inheritable >> 32},
    };
    return syscall(SYS_capset, &header, data);
}

// What exec can never give back. Whoever may not change the set (no CAP_SETPCAP) keeps it: without capabilities of its
// own and with no_new_privs it is of no use.
static inline int landfall_drop_bounding(uint64_t kept) {
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL && errno != EPERM) return -1;
    }
    return 0;
}

struct landfall_privileges {
    bool change_identity;
    uid_t uid;
    gid_t gid;
    bool change_capabilities;
    uint64_t kept;
    // The kept capabilities survive exec.
    bool ambient;
};

// The raw calls: glibc's setresuid signals every thread, which a child that has only one must not wait for, and a parent
// calls this before it has any.
static inline int landfall_become(const struct landfall_privileges *to) {
    if (to->change_capabilities) {
        if (landfall_drop_bounding(to->ambient ? to->kept : 0)) return -1;
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        if (prctl(PR_SET_KEEPCAPS, to->kept != 0, 0, 0, 0)) return -1;
    }
    if (to->change_identity) {
        if (syscall(SYS_setgroups, 0, 0)) return -1;
        if (syscall(SYS_setresgid, to->gid, to->gid, to->gid)) return -1;
        if (syscall(SYS_setresuid, to->uid, to->uid, to->uid)) return -1;
    }
    if (!to->change_capabilities) return 0;
    if (landfall_set_capabilities(to->kept, to->ambient ? to->kept : 0)) return -1;
    for (int capability = 0; to->ambient && capability < 64; capability++) {
        if (!(to->kept >> capability & 1)) continue;
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)) return -1;
    }
    return 0;
}
