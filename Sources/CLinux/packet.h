// Packet sockets (packet(7)) and mounts, for `Kernel`.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Sees every frame that arrives at `interface`, none that leaves it. Bound in one step: nothing from elsewhere is queued.
static inline int landfall_packet_socket(const char *interface, int buffer) {
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int yes = 1;
    struct sockaddr_ll at = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(interface)};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))  // as root only
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (!at.sll_ifindex || setsockopt(fd, SOL_PACKET, 23 /* PACKET_IGNORE_OUTGOING */, &yes, sizeof yes) ||
        bind(fd, (struct sockaddr *)&at, sizeof at)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

// Frames that the kernel dropped since the last call because nobody read them in time.
static inline unsigned landfall_packet_drops(int fd) {
    struct tpacket_stats counts = {0};
    socklen_t length = sizeof counts;
    return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length) ? 0 : counts.tp_drops;
}
