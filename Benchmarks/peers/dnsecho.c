// The least that answering over UDP costs, for `make bench ONLY=dns`: sends each query back as an answer, as long as its ID
// says. Nothing is looked up.
//
//     dnsecho PORT BATCH     reads and writes up to BATCH datagrams in one system call, 1 by recvfrom and sendto
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { most = 64, room = 4096 };
static uint8_t bytes[most][room];
static struct sockaddr_in from[most];
static struct iovec parts[most];
static struct mmsghdr messages[most];

static size_t answer(uint8_t *message) {
    size_t size = (size_t)(message[0] << 8 | message[1]);
    message[2] |= 0x80;
    return size < 12 ? 12 : size > 1232 ? 1232 : size;
}
static void one(int fd) {
    socklen_t length = sizeof *from;
    if (recvfrom(fd, bytes[0], room, 0, (struct sockaddr *)from, &length) < 0) return;
    sendto(fd, bytes[0], answer(bytes[0]), 0, (struct sockaddr *)from, length);
}
static int many(int fd, int batch) {
    for (int i = 0; i < batch; i++) {
        parts[i] = (struct iovec){bytes[i], room};
        messages[i].msg_hdr =
            (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof *from, .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int got = recvmmsg(fd, messages, (unsigned)batch, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) parts[i].iov_len = answer(bytes[i]);
    for (int done = 0; done < got;) {
        int sent = sendmmsg(fd, messages + done, (unsigned)(got - done), 0);
        done += sent > 0 ? sent : 1;
    }
    return got;
}
int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "dnsecho PORT BATCH\n"), 2;
    int batch = atoi(argv[2]), space = 4 << 20, fd = socket(AF_INET, SOCK_DGRAM, 0), poll = epoll_create1(0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN};
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &space, sizeof space);
    if (batch < 1 || batch > most || bind(fd, (struct sockaddr *)&address, sizeof address)) return perror("bind"), 1;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    for (;;) {
        if (batch == 1) one(fd);
        else if (many(fd, batch) < batch) epoll_wait(poll, &event, 1, -1);
    }
}
