// Packet sockets (packet(7)) and mounts, for `Kernel`.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// What is left to do with a socket that could not be set up. errno stays.
static inline int landfall_packet_give_up(int fd) {
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

// Since the last call: the kernel forgets what it has told.
static inline struct tpacket_stats landfall_packet_statistics(int fd) {
    struct tpacket_stats counts = {0};
    socklen_t length = sizeof counts;
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length)) counts = (struct tpacket_stats){0};
    return counts;
}

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
        bind(fd, (struct sockaddr *)&at, sizeof at))
        return landfall_packet_give_up(fd);
    return fd;
}

// Frames that the kernel dropped since the last call because nobody read them in time.
static inline unsigned landfall_packet_drops(int fd) {
    return landfall_packet_statistics(fd).tp_drops;
}

// The test that a packet has to pass to be counted, as a program in the kernel's own form (cBPF).
enum { LANDFALL_COUNT_PROGRAM = 32 };

struct landfall_count_program {
    struct sock_filter steps[LANDFALL_COUNT_PROGRAM];
    unsigned short length;
    // Steps that jump to the end, which is known last.
    bool rejects_unless[LANDFALL_COUNT_PROGRAM], rejects_if[LANDFALL_COUNT_PROGRAM];
};

static inline void landfall_count_step(struct landfall_count_program *to, uint16_t code, uint32_t k) {
    to->steps[to->length++] = (struct sock_filter){code, 0, 0, k};
}
// Goes on if what was loaded is `k` …
static inline void landfall_count_want(struct landfall_count_program *to, uint32_t k) {
    to->rejects_unless[to->length] = true;
    landfall_count_step(to, BPF_JMP | BPF_JEQ | BPF_K, k);
}
// … or isn't.
static inline void landfall_count_refuse(struct landfall_count_program *to, uint16_t test, uint32_t k) {
    to->rejects_if[to->length] = true;
    landfall_count_step(to, BPF_JMP | test | BPF_K, k);
}
static inline void landfall_count_load(struct landfall_count_program *to, uint16_t size, uint32_t offset) {
    landfall_count_step(to, BPF_LD | size | BPF_ABS, offset);
}

// Leaves this host, comes from `address` (4 or 16 bytes in network order), and is a UDP datagram from `port`, not a later
// fragment of one; port 0: is anything but ICMP.
static inline void landfall_count_write(
    struct landfall_count_program *to, const uint8_t *address, bool is_v6, uint16_t port, unsigned loopback) {
    landfall_count_load(to, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
    landfall_count_want(to, PACKET_OUTGOING);
    landfall_count_load(to, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX));
    landfall_count_refuse(to, BPF_JEQ, loopback);
    landfall_count_load(to, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL));
    landfall_count_want(to, is_v6 ? ETH_P_IPV6 : ETH_P_IP);
    for (unsigned word = 0; word < (is_v6 ? 4 : 1); word++) {
        const uint8_t *at = address + 4 * word;
        landfall_count_load(to, BPF_W, (is_v6 ? 8 : 12) + 4 * word);
        landfall_count_want(to, (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]);
    }
    landfall_count_load(to, BPF_B, is_v6 ? 6 : 9);
    if (!port) {
        landfall_count_refuse(to, BPF_JEQ, is_v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    } else {
        landfall_count_want(to, IPPROTO_UDP);
        if (is_v6) {
            landfall_count_load(to, BPF_H, 40);
        } else {
            landfall_count_load(to, BPF_H, 6);
            landfall_count_refuse(to, BPF_JSET, 0x1fff);
            landfall_count_step(to, BPF_LDX | BPF_B | BPF_MSH, 0);
            landfall_count_step(to, BPF_LD | BPF_H | BPF_IND, 0);
        }
        landfall_count_want(to, port);
    }
    landfall_count_step(to, BPF_RET | BPF_K, 1);
    for (unsigned i = 0; i < to->length; i++) {
        uint8_t rest = (uint8_t)(to->length - 1 - i);
        if (to->rejects_unless[i]) to->steps[i].jf = rest;
        if (to->rejects_if[i]) to->steps[i].jt = rest;
    }
    landfall_count_step(to, BPF_RET | BPF_K, 0);
}

// Counts packets that leave this network namespace, in the kernel: none is read, and what its small buffer has no room
// for counts as well. The filter is there before the first packet is.
static inline int landfall_packet_counter(const uint8_t *address, bool is_v6, uint16_t port) {
    struct landfall_count_program program = {.length = 0};
    int least = 1;
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    landfall_count_write(&program, address, is_v6, port, if_nametoindex("lo"));
    struct sock_fprog filter = {program.length, program.steps};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) ||
        setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) ||
        bind(fd, (struct sockaddr *)&at, sizeof at))
        return landfall_packet_give_up(fd);
    return fd;
}

// Packets since the last call.
static inline unsigned landfall_packet_count(int fd) {
    return landfall_packet_statistics(fd).tp_packets;
}
