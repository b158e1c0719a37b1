// The other side of `make bench ONLY=dns`: asks a nameserver over loopback, counts what it answers, and what that cost. It
// shares no line with what it measures, and runs on one processor, the server on another.
//
//     dnsload server=127.0.0.1:5300 queries=FILE [edns=plain|do|none] [seconds=2] [pids=PID,PID] [sizes=FILE] PHASE...
//
//     udp:WINDOW         WINDOW queries are under way at any time, from 8 sockets, read and written 64 at a time
//     rate:QUERIES       so many a second, whether they are answered or not
//     tcp:CONNECTIONS    connections that ask one query after another
//     connect:CLIENTS    a connection for each query
//     echo:WINDOW        as udp, but each query asks `dnsecho` for an answer of the size that `sizes` has for it
//
// A line of FILE is a name and a type, as dnsperf reads it. Each phase prints a line, and nothing else is printed on
// standard output:
//
//     PHASE answers=N lost=N wrong=N seconds=S cpu=S user=S system=S own=S bytes=N noerror=N nxdomain=N truncated=N
//           [p50=µs p99=µs max=µs]
//
// of what was answered after a warm-up of 0.3 s, where `cpu` is that of all threads of `pids` in that time, `own` that of
// this program, `bytes` those of all answers. An answer is wrong when it has another ID than a query that waits, isn't a
// response, or has a code other than NOERROR and NXDOMAIN. A query is lost when it has no answer 1 s after the last one
// was sent, or, in udp and echo, when nothing at all came for 0.2 s. With `sizes`, udp writes the size of each answer.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

enum { sockets = 8, batch = 64, longest = 300, room = 2048, warmup = 300 };

static void die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fprintf(stderr, "dnsload: ");
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    exit(1);
}
static u64 now(void) {  // ns
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000000 + t.tv_nsec;
}

// MARK: Queries

typedef struct {
    u16 length, size;  // size: of its answer, once there was one
    u8 bytes[longest];
} query;
static query *queries;
static u32 count, turn;

static int type(const char *word) {
    static const struct { const char *name; int code; } all[] = {
        {"A", 1}, {"NS", 2}, {"CNAME", 5}, {"SOA", 6}, {"PTR", 12}, {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {"SRV", 33},
        {"DS", 43}, {"DNSKEY", 48}, {"HTTPS", 65}};
    for (u32 i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcasecmp(word, all[i].name)) return all[i].code;
    if (!strncasecmp(word, "TYPE", 4)) return atoi(word + 4);
    die("no type %s", word);
    return 0;
}
static u8 *putName(u8 *to, const char *name) {
    for (const char *label = name; *label && *label != '.';) {
        size_t length = strcspn(label, ".");
        if (length > 63) die("%s has a label that is too long", name);
        *to++ = (u8)length;
        memcpy(to, label, length);
        to += length, label += length;
        if (*label == '.') label++;
    }
    *to++ = 0;
    return to;
}
static u8 *put(u8 *to, u32 value) { return to[0] = (u8)(value >> 8), to[1] = (u8)value, to + 2; }

static void readQueries(const char *path, const char *edns) {
    FILE *file = fopen(path, "r");
    char name[256], kind[32];
    if (!file) die("cannot read %s: %s", path, strerror(errno));
    for (u32 capacity = 0; fscanf(file, "%255s %31s", name, kind) == 2; count++) {
        if (count == capacity) queries = realloc(queries, (capacity = capacity * 2 + 1024) * sizeof *queries);
        query *q = &queries[count];
        u8 *to = q->bytes;
        for (int i = 0; i < 6; i++) to = put(to, i == 2);  // one question, nothing else, no RD
        to = put(put(putName(to, name), type(kind)), 1);
        if (strcmp(edns, "none")) {
            put(q->bytes + 10, 1);
            *to++ = 0;
            to = put(put(put(to, 41), 1232), 0);  // OPT, payload, no upper code bits and version 0
            to = put(put(to, strcmp(edns, "do") ? 0 : 0x8000), 0);
        }
        q->length = (u16)(to - q->bytes), q->size = 0;
    }
    fclose(file);
    if (!count) die("no queries in %s", path);
}
static void writeSizes(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) die("cannot write %s: %s", path, strerror(errno));
    for (u32 i = 0; i < count; i++) fprintf(file, "%u\n", queries[i].size ? queries[i].size : 100);
    fclose(file);
}
static void readSizes(const char *path) {
    FILE *file = fopen(path, "r");
    unsigned size;
    for (u32 i = 0; i < count; i++) {
        if (!file || fscanf(file, "%u", &size) != 1) die("cannot read a size for each query from %s", path);
        queries[i].size = (u16)size;
    }
    fclose(file);
}

// MARK: What it costs

static char *pids = "";
typedef struct { double all, user, system, own; } cost;

static double ran(const char *pid) {  // of all threads, in ns, where the kernel's steps of 10 ms are too coarse
    char path[64], path2[400];
    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *folder = opendir(path);
    double sum = 0;
    if (!folder) die("process %s is gone", pid);
    for (struct dirent *entry; (entry = readdir(folder));) {
        unsigned long long ns;
        snprintf(path2, sizeof path2, "%s/%s/schedstat", path, entry->d_name);
        FILE *file = *entry->d_name == '.' ? NULL : fopen(path2, "r");
        if (!file) continue;
        if (fscanf(file, "%llu", &ns) == 1) sum += ns * 1e-9;
        fclose(file);
    }
    closedir(folder);
    return sum;
}
static cost costs(void) {
    cost c = {0};
    char copy[1024], *rest = copy, text[1024], path[64];
    snprintf(copy, sizeof copy, "%s", pids);
    for (char *pid; (pid = strsep(&rest, ","));) {
        unsigned long user, system;
        if (!*pid) continue;
        c.all += ran(pid);
        snprintf(path, sizeof path, "/proc/%s/stat", pid);
        FILE *file = fopen(path, "r");
        size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file) fclose(file);
        text[length] = 0;
        char *end = strrchr(text, ')');
        if (end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2)
            c.user += (double)user / sysconf(_SC_CLK_TCK), c.system += (double)system / sysconf(_SC_CLK_TCK);
    }
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    c.own = own.ru_utime.tv_sec + own.ru_stime.tv_sec + (own.ru_utime.tv_usec + own.ru_stime.tv_usec) * 1e-6;
    return c;
}

// MARK: What was answered

static struct { u64 answers, lost, wrong, bytes, noerror, nxdomain, truncated; } seen;
static u32 histogram[1000001];  // µs

static void answered(const u8 *bytes, u32 length) {
    seen.answers++, seen.bytes += length;
    int code = bytes[3] & 15;
    if (length < 12 || !(bytes[2] & 0x80) || (code != 0 && code != 3)) seen.wrong++;
    seen.noerror += code == 0, seen.nxdomain += code == 3, seen.truncated += (bytes[2] & 2) >> 1;
}
static u32 percentile(double part) {
    u64 all = 0, under = 0;
    for (u32 i = 0; i < sizeof histogram / sizeof *histogram; i++) all += histogram[i];
    for (u32 i = 0; i < sizeof histogram / sizeof *histogram; i++)
        if ((under += histogram[i]) >= part * all && under) return i;
    return 0;
}

static u64 begin, end;  // of what counts
static cost before, after;
static int counting;

static void start(double seconds) {
    begin = now() + warmup * 1000000ull, end = begin + (u64)(seconds * 1e9);
    counting = 0;
    memset(&seen, 0, sizeof seen);
    memset(histogram, 0, sizeof histogram);
}
static int goesOn(u64 time) {  // counts from `begin`, and until `end`
    if (!counting && time >= begin) {
        counting = 1;
        memset(&seen, 0, sizeof seen);
        memset(histogram, 0, sizeof histogram);
        before = costs(), begin = now();
    }
    if (time < end) return 1;
    after = costs(), end = now();
    return 0;
}
static void print(const char *phase, int latencies) {
    printf("%s answers=%lu lost=%lu wrong=%lu seconds=%.4f cpu=%.4f user=%.2f system=%.2f own=%.3f bytes=%lu", phase,
           seen.answers, seen.lost, seen.wrong, (end - begin) * 1e-9, after.all - before.all, after.user - before.user,
           after.system - before.system, after.own - before.own, seen.bytes);
    printf(" noerror=%lu nxdomain=%lu truncated=%lu", seen.noerror, seen.nxdomain, seen.truncated);
    if (latencies) printf(" p50=%u p99=%u max=%u", percentile(0.5), percentile(0.99), percentile(1));
    printf("\n");
    fflush(stdout);
}

// MARK: UDP

static struct sockaddr_in server;

static struct { u64 sent; u32 query; int socket; } slots[65536];  // by ID; sent is 0 when nothing waits
static struct { int fd; u32 waiting; } ends[sockets];
static u16 lastID;
static int echo;

static struct mmsghdr out[batch], in[batch];
static struct iovec outParts[batch], inParts[batch];
static u8 outBytes[batch][longest], inBytes[batch][room];

static void openSockets(void) {
    int space = 4 << 20;
    for (int i = 0; i < sockets; i++) {
        int fd = ends[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &space, sizeof space);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &space, sizeof space);
        if (connect(fd, (struct sockaddr *)&server, sizeof server)) die("connect: %s", strerror(errno));
    }
    for (int i = 0; i < batch; i++) {
        outParts[i].iov_base = outBytes[i];
        inParts[i] = (struct iovec){inBytes[i], room};
        out[i].msg_hdr = (struct msghdr){.msg_iov = &outParts[i], .msg_iovlen = 1};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &inParts[i], .msg_iovlen = 1};
    }
}
static void forget(void) {
    for (int i = 0; i < sockets; i++) ends[i].waiting = 0;
    for (u32 i = 0; i < 65536; i++) seen.lost += slots[i].sent != 0, slots[i].sent = 0;
}

static void ask(int socket, u32 number, u64 time) {  // at most a batch
    for (u32 i = 0; i < number; i++) {
        query *q = &queries[turn];
        memcpy(outBytes[i], q->bytes, q->length);
        outParts[i].iov_len = q->length;
        u16 id = q->size;
        if (!echo) {
            while (slots[++lastID].sent && time - slots[lastID].sent < 2000000000) {}
            seen.lost += slots[lastID].sent != 0;
            slots[lastID].sent = time, slots[lastID].query = turn, slots[lastID].socket = socket;
            id = lastID;
        }
        put(outBytes[i], id);
        if (++turn == count) turn = 0;
    }
    for (u32 done = 0; done < number;) {
        int sent = sendmmsg(ends[socket].fd, out + done, number - done, 0);
        if (sent < 0 && errno != EAGAIN && errno != ECONNREFUSED) die("sendmmsg: %s", strerror(errno));
        if (sent > 0) done += (u32)sent;
    }
    ends[socket].waiting += number;
}
static u32 hear(int socket, u64 time) {
    int got = recvmmsg(ends[socket].fd, in, batch, MSG_DONTWAIT, NULL);
    if (got < 0 && errno != EAGAIN && errno != ECONNREFUSED) die("recvmmsg: %s", strerror(errno));
    for (int i = 0; i < got; i++) {
        u32 length = in[i].msg_len;
        u16 id = (u16)(inBytes[i][0] << 8 | inBytes[i][1]);
        if (!echo) {
            if (length < 12 || !slots[id].sent || slots[id].socket != socket) {
                seen.wrong++;
                continue;
            }
            u64 took = (time - slots[id].sent) / 1000;
            histogram[took > 1000000 ? 1000000 : took]++;
            queries[slots[id].query].size = (u16)length;
            slots[id].sent = 0;
        }
        if (ends[socket].waiting) ends[socket].waiting--;
        answered(inBytes[i], length);
    }
    return got > 0 ? (u32)got : 0;
}
// A socket is read again only after a while in which answers can gather: who looks all the time disturbs who writes. The
// while is slept through, since the kernel's thread for what arrives may need this processor.
static void rest(long ns) {
    struct timespec t = {0, ns};
    nanosleep(&t, NULL);
}

static void udp(u32 window, double seconds) {
    u64 last = now();
    start(seconds);
    for (int i = 0; i < sockets; i++) ask(i, window / sockets, last);
    for (u64 time; goesOn(time = now());) {
        u32 heard = 0;
        for (int i = 0; i < sockets; i++) {
            heard += hear(i, time);
            u32 missing = window / sockets - ends[i].waiting;
            if (missing) ask(i, missing < batch ? missing : batch, time);
        }
        if (heard) last = time;
        else if (time - last > 200000000) last = time, forget();
        if (heard < 32) rest(20000);
    }
    for (u64 until = now() + 50000000; now() < until;)  // what comes late belongs to nobody
        for (int i = 0; i < sockets; i++) recvmmsg(ends[i].fd, in, batch, MSG_DONTWAIT, NULL);
    for (int i = 0; i < sockets; i++) ends[i].waiting = 0;
    for (u32 i = 0; i < 65536; i++) slots[i].sent = 0;
}

static void rate(double each, double seconds) {
    u64 first = now(), sent = 0;
    int socket = 0;
    start(seconds);
    u64 stop = end;
    for (u64 time; goesOn(time = now());) {
        u64 due = (u64)((time - first) * 1e-9 * each) - sent;
        if (due) ask(socket, due < batch ? (u32)due : batch, time), sent += due < batch ? due : batch;
        socket = (socket + 1) % sockets;
        for (int i = 0; i < sockets; i++) hear(i, time);
        rest(50000);
    }
    for (u64 time; (time = now()) < stop + 1000000000;)
        for (int i = 0; i < sockets; i++) hear(i, time);
    forget();
}

// MARK: TCP

typedef struct { int fd; u32 have, wants; u8 bytes[room]; } connection;
static connection *connections;
static int poll_;

static void await(connection *c, u32 events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poll_, how, c->fd, &event)) die("epoll_ctl: %s", strerror(errno));
}
static void openStream(connection *c, u32 number) {  // each from an address of its own, as clients come
    int one = 1;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002 + number % 200)};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), c->have = 0, c->wants = 0;
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from)) die("bind: %s", strerror(errno));
    if (connect(c->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
        die("connect: %s", strerror(errno));
    await(c, EPOLLOUT, EPOLL_CTL_ADD);
}
static void askStream(connection *c) {
    u8 bytes[longest + 2];
    query *q = &queries[turn];
    memcpy(put(bytes, q->length), q->bytes, q->length);
    put(bytes + 2, lastID++);
    if (++turn == count) turn = 0;
    if (send(c->fd, bytes, q->length + 2u, MSG_NOSIGNAL) != q->length + 2) die("send: %s", strerror(errno));
    c->have = 0, c->wants = 2;
}
static int hearStream(connection *c) {  // 1: a whole answer
    ssize_t got = recv(c->fd, c->bytes + c->have, room - c->have, 0);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got <= 0) die("a connection ended: %s", got ? strerror(errno) : "closed by the server");
    c->have += (u32)got;
    if (c->have >= 2) c->wants = 2u + (c->bytes[0] << 8 | c->bytes[1]);
    if (c->wants > room) die("an answer of %u bytes", c->wants);
    if (c->have < c->wants || c->wants == 2) return 0;
    answered(c->bytes + 2, c->wants - 2);
    return 1;
}
static void tcp(u32 number, int once, double seconds) {
    struct epoll_event events[batch];
    u32 opened = number;
    u64 last = now();
    poll_ = epoll_create1(0);
    connections = calloc(number, sizeof *connections);
    start(seconds);
    for (u32 i = 0; i < number; i++) openStream(&connections[i], i);
    for (u64 time; goesOn(time = now());) {
        int got = epoll_wait(poll_, events, batch, 1);
        if (got > 0) last = time;
        else if (time - last > 3000000000) die("no answer over TCP");
        for (int i = 0; i < got; i++) {
            connection *c = events[i].data.ptr;
            if (!c->wants) {
                int error = 0;
                socklen_t length = sizeof error;
                getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
                if (error) die("connect: %s", strerror(error));
                askStream(c);
                await(c, EPOLLIN, EPOLL_CTL_MOD);
            } else if (hearStream(c)) {
                if (!once) askStream(c);
                else close(c->fd), openStream(c, opened++);
            }
        }
    }
    for (u32 i = 0; i < number; i++) close(connections[i].fd);
    free(connections);
    close(poll_);
}

int main(int argc, char **argv) {
    char *file = NULL, *edns = "plain", *sizes = NULL;
    double seconds = 2;
    server.sin_family = AF_INET;
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '='), *colon;
        if (!value) continue;
        *value++ = 0;
        if (!strcmp(argv[i], "server")) {
            if (!(colon = strchr(value, ':'))) die("server=ADDRESS:PORT");
            *colon = 0;
            if (inet_pton(AF_INET, value, &server.sin_addr) != 1) die("no address: %s", value);
            server.sin_port = htons((u16)atoi(colon + 1));
        } else if (!strcmp(argv[i], "queries")) file = value;
        else if (!strcmp(argv[i], "edns")) edns = value;
        else if (!strcmp(argv[i], "seconds")) seconds = atof(value);
        else if (!strcmp(argv[i], "pids")) pids = value;
        else if (!strcmp(argv[i], "sizes")) sizes = value;
        else die("no option %s", argv[i]);
        argv[i] = NULL;
    }
    if (!file || !server.sin_port) die("server=ADDRESS:PORT queries=FILE PHASE...");
    prctl(PR_SET_TIMERSLACK, 1ul);
    readQueries(file, edns);
    openSockets();
    for (int i = 1; i < argc; i++) {
        char *number = argv[i] ? strchr(argv[i], ':') : NULL;
        if (!argv[i]) continue;
        if (!number || atof(number + 1) < 1) die("no phase %s", argv[i]);
        char *phase = strndup(argv[i], (size_t)(number - argv[i]));
        u32 how = (u32)atof(number + 1);
        echo = !strcmp(phase, "echo");
        if (echo) readSizes(sizes);
        if (!strcmp(phase, "udp") || echo) udp(how, seconds);
        else if (!strcmp(phase, "rate")) rate(how, seconds);
        else if (!strcmp(phase, "tcp") || !strcmp(phase, "connect")) tcp(how, !strcmp(phase, "connect"), seconds);
        else die("no phase %s", argv[i]);
        print(argv[i], !strcmp(phase, "udp") || !strcmp(phase, "rate"));
        if (!strcmp(phase, "udp") && sizes) writeSizes(sizes);
        free(phase);
    }
}
