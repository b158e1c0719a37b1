// Network namespaces and rtnetlink, for `Kernel`.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
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
