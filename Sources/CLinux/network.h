// Network namespaces and rtnetlink, for `Kernel`.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static inline int landfall_open_namespace(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }
static inline int landfall_unshare_network(void) { return unshare(CLONE_NEWNET); }
static inline int landfall_enter_network(int fd) { return setns(fd, CLONE_NEWNET); }

static inline int landfall_netlink_bound(int flags, unsigned groups) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
    struct sockaddr_nl any = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof any)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

static inline int landfall_netlink_socket(void) { return landfall_netlink_bound(0, 0); }

// Never blocks; hears of every address that comes or goes.
static inline int landfall_netlink_addresses(void) {
    return landfall_netlink_bound(SOCK_NONBLOCK, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
}

// Never blocks; hears of every interface.
static inline int landfall_netlink_links(void) { return landfall_netlink_bound(SOCK_NONBLOCK, RTMGRP_LINK); }

// Never blocks: the kernel carries a request out while it is sent, so its answer is there when `send` returns. Errors come
// with their reason in words, and without the request; dumps are of what was asked for, nothing else.
static inline int landfall_netlink_routes(void) {
    int fd = landfall_netlink_bound(SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0) return fd;
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    return fd;
}

// Never blocks; hears of every route and link, and keeps up to `room` bytes unread where that is allowed.
static inline int landfall_netlink_route_changes(int room) {
    int fd = landfall_netlink_bound(SOCK_NONBLOCK, RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return fd;
}

// What the kernel knows a netlink socket by, and names in whatever the socket's requests bring about; 0: an error.
static inline unsigned landfall_netlink_port(int fd) {
    struct sockaddr_nl own = {0};
    socklen_t size = sizeof own;
    return getsockname(fd, (struct sockaddr *)&own, &size) ? 0 : own.nl_pid;
}

// The socket no longer hears of routes that were changed by the socket with that port: nlmsg_type is at 4, nlmsg_pid at 12,
// both in the host's order, which the filter reads as if it were the network's.
static inline int landfall_netlink_ignore(int fd, unsigned port) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_ABS | BPF_W, 12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(port), 0, 4),
        BPF_STMT(BPF_LD | BPF_ABS | BPF_H, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

// The kernel's own messages only: any process may send to a netlink socket.
static inline ssize_t landfall_netlink_receive(int fd, void *buffer, size_t length) {
    struct sockaddr_nl from;
    socklen_t size = sizeof from;
    ssize_t got;
    do got = recvfrom(fd, buffer, length, MSG_TRUNC, (struct sockaddr *)&from, &size);
    while ((got < 0 && errno == EINTR) || (got >= 0 && from.nl_pid != 0));
    return got;
}

// One switch of an interface (ETHTOOL_S…); `socket` lives in the interface's namespace.
static inline int landfall_ethtool(int socket, const char *interface, unsigned command, unsigned value) {
    struct ethtool_value order = {.cmd = command, .data = value};
    struct ifreq request = {0};
    strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
    request.ifr_data = (void *)&order;
    return ioctl(socket, SIOCETHTOOL, &request);
}
