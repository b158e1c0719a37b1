// Datagrams in batches, for `Nameserver`: one call reads up to 64 queries, another sends their answers.
#pragma once
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

// A place's stride is a cache line more than its room: at whole pages from each other, the beginnings of all queries
// would share one set of the cache.
enum { LANDFALL_BATCH = 64, LANDFALL_DATAGRAM = 4096, LANDFALL_STRIDE = LANDFALL_DATAGRAM + 64 };

// Room for an address of either family, in half a cache line.
union landfall_client {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    uint64_t room[4];
};

// Memory for one batch, lent to the kernel again and again. It may outlive the process that uses it.
struct landfall_batch {
    uint64_t socket;  // the cookie of the one whose queries are in hand: read and not answered yet; 0: nobody's
    struct mmsghdr queries[LANDFALL_BATCH], answers[LANDFALL_BATCH];
    struct iovec places[LANDFALL_BATCH], contents[LANDFALL_BATCH];
    union landfall_client clients[LANDFALL_BATCH];
    unsigned answer_count;
    unsigned used;  // headers that the kernel may have written to
    uint8_t bytes[LANDFALL_BATCH][LANDFALL_STRIDE];
};

// Points the headers at the batch's own places, wherever it is mapped now. What is in hand stays.
static inline void landfall_batch_prepare(struct landfall_batch *batch) {
    for (int i = 0; i < LANDFALL_BATCH; i++) {
        batch->places[i] = (struct iovec){batch->bytes[i], LANDFALL_DATAGRAM};
        batch->queries[i].msg_hdr.msg_iov = &batch->places[i];
        batch->queries[i].msg_hdr.msg_iovlen = 1;
        batch->queries[i].msg_hdr.msg_name = &batch->clients[i];
        batch->queries[i].msg_hdr.msg_control = NULL;
        batch->queries[i].msg_hdr.msg_controllen = 0;
        batch->answers[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &batch->contents[i], .msg_iovlen = 1}};
    }
    batch->answer_count = 0;
    batch->used = LANDFALL_BATCH;
}

// The same in every process that holds the socket, and no other socket's until the machine restarts; 0: unknown.
static inline uint64_t landfall_cookie(int fd) {
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) ? 0 : cookie;
}

// How many queries are there, up to a batch; -1 with errno. They are in hand from the moment that the kernel gives them
// away, since it is the kernel that notes the length of a sender's address.
static inline int landfall_batch_receive(struct landfall_batch *batch, int fd, uint64_t cookie) {
    for (unsigned i = 0; i < batch->used; i++) batch->queries[i].msg_hdr.msg_namelen = sizeof batch->clients[i];
    batch->answer_count = 0;
    __atomic_store_n(&batch->socket, cookie, __ATOMIC_RELEASE);
    int count = recvmmsg(fd, batch->queries, LANDFALL_BATCH, MSG_DONTWAIT, 0);
    batch->used = count > 0 ? count : LANDFALL_BATCH;
    return count;
}

static inline void landfall_batch_done(struct landfall_batch *batch) {
    __atomic_store_n(&batch->socket, 0, __ATOMIC_RELEASE);
}

// How many of this socket's queries a process that was killed had in hand. They are taken once: one that kills whoever
// reads it kills two processes at most.
static inline int landfall_batch_left(struct landfall_batch *batch, uint64_t cookie) {
    if (cookie == 0 || batch->socket != cookie) return 0;
    landfall_batch_done(batch);
    int count = 0;
    while (count < LANDFALL_BATCH && batch->queries[count].msg_hdr.msg_namelen < sizeof batch->clients[count]) count++;
    return count;
}

static inline const uint8_t *landfall_batch_query(const struct landfall_batch *batch, int i, size_t *length) {
    unsigned count = batch->queries[i].msg_len;
    *length = count < LANDFALL_DATAGRAM ? count : LANDFALL_DATAGRAM;
    return batch->bytes[i];
}

// Queues an answer to query `i`. The bytes must stay until landfall_batch_send.
static inline void landfall_batch_answer(struct landfall_batch *batch, int i, const void *bytes, size_t length) {
    unsigned at = batch->answer_count++;
    batch->contents[at] = (struct iovec){(void *)bytes, length};
    batch->answers[at].msg_hdr.msg_name = &batch->clients[i];
    batch->answers[at].msg_hdr.msg_namelen = batch->queries[i].msg_hdr.msg_namelen;
}

// Sends what was queued and returns how many went. One that the kernel won't take is left out, as the network would
// lose it; the others still go.
static inline unsigned landfall_batch_send(struct landfall_batch *batch, int fd) {
    unsigned at = 0, sent = 0;
    while (at < batch->answer_count) {
        int count = sendmmsg(fd, batch->answers + at, batch->answer_count - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        at += count > 0 ? count : 1;
        sent += count > 0 ? count : 0;
    }
    return sent;
}

// The address that datagram `i` came from, left-aligned in two words.
static inline void landfall_batch_client(const struct landfall_batch *batch, int i, uint64_t *high, uint64_t *low) {
    const union landfall_client *client = &batch->clients[i];
    if (client->any.sa_family == AF_INET6) {
        uint64_t halves[2];
        memcpy(halves, &client->v6.sin6_addr, sizeof halves);
        *high = be64toh(halves[0]);
        *low = be64toh(halves[1]);
    } else {
        *high = (uint64_t)ntohl(client->v4.sin_addr.s_addr) << 32;
        *low = 0;
    }
}
