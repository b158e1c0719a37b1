// Waiting and sockets, for `Loop`.
#pragma once
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Room for either family; C23 has no portable way to let Swift see a sockaddr union.
struct landfall_sockaddr {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un local;
    };
    socklen_t length;
};

static inline int landfall_bind(int fd, const struct landfall_sockaddr *to) { return bind(fd, &to->any, to->length); }
static inline int landfall_connect(int fd, const struct landfall_sockaddr *to) {
    return connect(fd, &to->any, to->length);
}
static inline ssize_t landfall_send_to(int fd, const void *bytes, size_t count, const struct landfall_sockaddr *to) {
    return sendto(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, &to->any, to->length);
}
static inline int landfall_accept(int fd, struct landfall_sockaddr *from) {
    from->length = sizeof *from - sizeof from->length;
    return accept4(fd, &from->any, &from->length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
static inline int landfall_getsockname(int fd, struct landfall_sockaddr *at) {
    at->length = sizeof *at - sizeof at->length;
    return getsockname(fd, &at->any, &at->length);
}
static inline int landfall_getpeername(int fd, struct landfall_sockaddr *at) {
    at->length = sizeof *at - sizeof at->length;
    return getpeername(fd, &at->any, &at->length);
}
static inline int landfall_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}
// Segments from and to an address are signed with a key of at most 80 bytes (RFC 2385); no key: no longer.
static inline int landfall_tcp_md5(int fd, const struct landfall_sockaddr *peer, const void *key, size_t length) {
    struct tcp_md5sig order = {.tcpm_keylen = (uint16_t)length};
    if (length > TCP_MD5SIG_MAXKEYLEN) {
        errno = EINVAL;
        return -1;
    }
    memcpy(&order.tcpm_addr, &peer->any, peer->length);
    if (length) memcpy(order.tcpm_key, key, length);
    return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &order, sizeof order);
}
// The error that a connect in the background ended with.
static inline int landfall_pending_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) ? errno : error;
}

// Which process holds the other end of a Unix socket, as far as this PID namespace sees it: a pid, or 0.
static inline int32_t landfall_peer_pid(int fd) {
    struct ucred who;
    socklen_t length = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) ? 0 : (int32_t)who.pid;
}

// The groups of who holds the other end of a Unix socket, as they were when it connected: how many, or -1. SO_PEERGROUPS
// leaves out the first one, which SO_PEERCRED has.
static inline int landfall_peer_groups(int fd, gid_t *groups, int room) {
    struct ucred who;
    socklen_t length = sizeof who;
    if (room < 1 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length)) return -1;
    groups[0] = who.gid;
    length = (room - 1) * sizeof *groups;
    if (getsockopt(fd, SOL_SOCKET, 59 /* SO_PEERGROUPS */, groups + 1, &length)) return 1;
    return 1 + (int)(length / sizeof *groups);
}

// Who holds the other end of a Unix socket: a uid, or -1.
static inline int64_t landfall_peer_uid(int fd) {
    struct ucred who;
    socklen_t length = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) ? -1 : (int64_t)who.uid;
}
