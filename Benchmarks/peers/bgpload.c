// The other side of `make bench ONLY=bgp`: neighbors of a BGP speaker that feed it routes, and one that hears what it makes
// of them. It shares no line with what it measures, and costs little: every message is made before the clock starts.
//
//     bgpload router=10.9.0.1,10.9.1.1 local=10.9.0.2,10.9.1.2 prefixes=FILE pids=PID[,PID] [feeds=1] [sets=150000]
//             [seed=1] [limit=300] PHASE...
//
// The listener has the first address, and connects to the router's first; the feeders have the second and those after it,
// and connect to its second. AS numbers are 64600, 64601, … PREFIXES is what `lpm.c` reads. Phases, each ended when the listener has what it must have, nothing new has come for
// 0.3 s, and the router is idle:
//
//     connect            sessions that aren't up come up
//     table              every feeder announces every prefix: on average 2.7 an UPDATE, in random order
//     withdraw           every feeder withdraws every prefix, 200 an UPDATE
//     drop               every feeder closes its connection
//     churn:RATE:SECONDS the first feeder changes its routes, a prefix an UPDATE: nine times of ten other attributes
//
// Each prints a line, and nothing else is printed on standard output:
//
//     PHASE wall=S cpu=S peak=KB rss=KB heard=UPDATES announced=N withdrawn=N bytes=N [p50=µs p99=µs max=µs]
//
// where `wall` is until the last UPDATE that the listener heard, `cpu` the router's until it is idle, and latencies are from
// when a change was due to when the listener had read it. Ends with 1 when the router says something else than it must:
// a prefix that nobody announced, an AS path that isn't one longer than the shortest, or too little, or a NOTIFICATION.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned __int128 u128;

static void die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fprintf(stderr, "bgpload: ");
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    exit(1);
}
static void *room(size_t size) {
    void *memory = calloc(1, size ? size : 1);
    if (!memory) die("no memory for %zu bytes", size);
    return memory;
}
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static u64 seed = 1;
static u64 next(void) {  // SplitMix64, as Net's SeededRandom
    u64 z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
static u32 below(u32 limit) { return (u32)((next() >> 32) * limit >> 32); }
static double unit(void) { return (next() >> 11) * 0x1p-53; }
static void shuffle(u32 *all, u32 count) {
    for (u32 i = count; i > 1; i--) {
        u32 j = below(i), x = all[i - 1];
        all[i - 1] = all[j], all[j] = x;
    }
}

// MARK: Prefixes

typedef struct {
    u128 bits;  // at the top
    u8 length;
} prefix;
static prefix *prefixes;
static u32 count, *places, mask;  // `places`: by hash, the number of a prefix and one
static int family;                // 4 or 6, as the file's first line

static u32 hash(u128 bits, int length) {
    u64 h = ((u64)(bits >> 64) ^ (u64)bits * 0x9e3779b97f4a7c15 ^ (u64)length) * 0xbf58476d1ce4e5b9;
    return (u32)(h >> 32) & mask;
}
static int find(u128 bits, int length) {
    for (u32 at = hash(bits, length); places[at]; at = (at + 1) & mask) {
        prefix *p = &prefixes[places[at] - 1];
        if (p->bits == bits && p->length == length) return (int)places[at] - 1;
    }
    return -1;
}
static void readPrefixes(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die("cannot read %s: %s", path, strerror(errno));
    u32 capacity = 0;
    int version, length;
    unsigned long long high, low;
    while (fscanf(file, "%d %llx %llx %d", &version, &high, &low, &length) == 4) {
        if (count == capacity) prefixes = realloc(prefixes, (capacity = capacity * 2 + 1024) * sizeof *prefixes);
        family = version;
        u128 bits = version == 4 ? (u128)low << 96 : (u128)high << 64 | low;
        prefixes[count++] = (prefix){bits, (u8)length};
    }
    fclose(file);
    if (!count) die("no prefixes in %s", path);
    for (mask = 1024; mask < count * 2; mask *= 2) {}
    places = room(mask-- * sizeof *places);
    for (u32 i = 0; i < count; i++) {
        u32 at = hash(prefixes[i].bits, prefixes[i].length);
        while (places[at]) at = (at + 1) & mask;
        places[at] = i + 1;
    }
}

// MARK: Messages

typedef struct {
    u8 *bytes;
    size_t count, capacity;
} buffer;
static u8 *grow(buffer *b, size_t more) {
    if (b->count + more > b->capacity) {
        b->capacity = (b->count + more) * 2;
        if (!(b->bytes = realloc(b->bytes, b->capacity))) die("no memory for %zu bytes", b->capacity);
    }
    b->count += more;
    return b->bytes + b->count - more;
}
static void put(buffer *b, u64 value, int width) {
    u8 *to = grow(b, width);
    for (int i = 0; i < width; i++) to[i] = (u8)(value >> 8 * (width - 1 - i));
}
static void patch(buffer *b, size_t at, u64 value) { b->bytes[at] = (u8)(value >> 8), b->bytes[at + 1] = (u8)value; }
static size_t begin(buffer *b, int type) {
    size_t start = b->count;
    memset(grow(b, 16), 0xff, 16);
    put(b, 0, 2);
    put(b, type, 1);
    return start;
}
static void end(buffer *b, size_t start) { patch(b, start + 16, b->count - start); }
static void putPrefix(buffer *b, u32 number) {
    prefix *p = &prefixes[number];
    put(b, p->length, 1);
    for (int i = 0; i < (p->length + 7) / 8; i++) put(b, p->bits >> (120 - 8 * i) & 255, 1);
}
static size_t beginAttribute(buffer *b, int flags, int code) {
    put(b, flags | 0x10, 1);
    put(b, code, 1);
    put(b, 0, 2);
    return b->count;
}
static void endAttribute(buffer *b, size_t start) { patch(b, start - 2, b->count - start); }

// MARK: Attribute sets, as tables have them

static struct sockaddr_storage router[2], local[2];  // of the listener, of the feeders

typedef struct {
    u8 *bytes;
    u16 size;
    u8 pathLength;
} set;

// What a speaker of the Internet's core hears: paths of 2 to 12, none to dozens of communities.
static u32 anyASN(void) { return below(10) < 7 ? 1 + below(63999) : 131072 + below(270000); }
static int anyLength(void) {
    static const int shares[] = {4, 20, 47, 71, 85, 93, 97, 99};  // 2, 3, … in percent, summed up
    int draw = (int)below(100), length = 2;
    for (int i = 0; i < 8 && draw >= shares[i]; i++) length++;
    return length + (length == 10 ? (int)below(4) : 0);
}
static void attribute(buffer *b, int flags, int code, u64 value, int width) {
    put(b, flags, 1), put(b, code, 1), put(b, width, 1), put(b, value, width);
}
static set makeSet(buffer *b, u32 number, u32 feeder) {
    b->count = 0;
    u32 kind = below(100);
    attribute(b, 0x40, 1, kind < 85 ? 0 : kind < 97 ? 2 : 1, 1);
    int length = anyLength();
    put(b, 0x40, 1), put(b, 2, 1), put(b, 2 + 4 * length, 1), put(b, 2, 1), put(b, length, 1);
    put(b, 64600 + feeder, 4);
    u32 origin = number % 70000 + 1, prepends = below(12) ? 0 : 1 + below(2);
    origin = origin < 64000 ? origin : origin + 131072;
    for (int i = 1; i < length; i++) put(b, i + (int)prepends >= length - 1 ? origin : anyASN(), 4);
    if (family == 4) attribute(b, 0x40, 3, ntohl(((struct sockaddr_in *)&local[1])->sin_addr.s_addr) + feeder - 1, 4);
    if (!below(4)) attribute(b, 0x80, 4, below(200), 4);
    if (!below(20)) put(b, 0x40, 1), put(b, 6, 1), put(b, 0, 1);
    if (!below(12)) attribute(b, 0xc0, 7, (u64)origin << 32 | (u32)next(), 8);
    int tags = below(5) ? 1 + (int)(-6 * log(1 - unit())) : 0;
    if (tags > 60) tags = 60;
    if (tags) {
        size_t start = beginAttribute(b, 0xc0, 8);
        for (int i = 0; i < tags; i++) put(b, (1 + below(60000)) << 16 | below(3000), 4);
        endAttribute(b, start);
    }
    if (!below(8)) {
        size_t start = beginAttribute(b, 0xc0, 32);
        for (u32 i = 0, large = 1 + below(4); i < large; i++) put(b, anyASN(), 4), put(b, below(20), 4), put(b, below(9999), 4);
        endAttribute(b, start);
    }
    set s = {room(b->count), (u16)b->count, (u8)length};
    memcpy(s.bytes, b->bytes, b->count);
    return s;
}
static int bySize(const void *a, const void *b) {
    const set *one = a, *other = b;
    int size = one->size < other->size ? one->size : other->size, order = memcmp(one->bytes, other->bytes, size);
    return order ? order : one->size - other->size;
}

// MARK: Sessions

typedef struct {
    int socket;
    u32 number;  // 0 is the listener
    const buffer *sending;
    size_t sent;
    double spoke;
    u8 *in;
    size_t held;
    set *sets;
    u32 *setOf;      // by prefix; none: ~0
    buffer table, withdrawal, eor;
    u32 updates;
} session;
static session *sessions;
static u32 feeds = 1, setCount = 150000;

// What the listener knows, and what it must know.
static struct {
    u8 *path, *bestPath;  // length by prefix, 0: no route
    double *due;          // when a change of a prefix was due, 0: none is under way
    float *latencies;
    u32 latencyCount, held, wrong;
    u64 updates, announced, withdrawn, bytes;
    double last;
} heard;

// How many prefixes a set has: one for most, thousands for a few.
static void deal(session *s, u32 *order) {
    double *sums = room((setCount + 1) * sizeof *sums);
    for (u32 i = 0; i < setCount; i++) sums[i + 1] = sums[i] + pow(i + 30, -0.85);
    for (u32 i = 0; i < count; i++) {
        double draw = unit() * sums[setCount];
        u32 low = 0, high = setCount;
        while (low + 1 < high) {
            u32 middle = (low + high) / 2;
            if (sums[middle] <= draw) low = middle; else high = middle;
        }
        s->setOf[order[i]] = i < setCount ? i : low;
    }
    free(sums);
}
static void writeUpdate(buffer *b, const set *s, u32 feeder, const u32 *numbers, u32 many) {
    size_t start = begin(b, 2);
    put(b, 0, 2);
    size_t length = b->count;
    put(b, 0, 2);
    if (family == 6) {
        size_t reach = beginAttribute(b, 0x80, 14);
        put(b, 2, 2), put(b, 1, 1), put(b, 16, 1);
        memcpy(grow(b, 16), &((struct sockaddr_in6 *)&local[1])->sin6_addr, 16), b->bytes[b->count - 1] += feeder - 1, put(b, 0, 1);
        for (u32 i = 0; i < many; i++) putPrefix(b, numbers[i]);
        endAttribute(b, reach);
    }
    memcpy(grow(b, s->size), s->bytes, s->size);
    patch(b, length, b->count - length - 2);
    if (family == 4) for (u32 i = 0; i < many; i++) putPrefix(b, numbers[i]);
    end(b, start);
}
static void writeWithdrawal(buffer *b, const u32 *numbers, u32 many) {
    size_t start = begin(b, 2), length = b->count;
    put(b, 0, 2);
    if (family == 4) {
        for (u32 i = 0; i < many; i++) putPrefix(b, numbers[i]);
        patch(b, length, b->count - length - 2);
        put(b, 0, 2);
    } else {
        put(b, 0, 2);
        size_t gone = beginAttribute(b, 0x80, 15);
        put(b, 2, 2), put(b, 1, 1);
        for (u32 i = 0; i < many; i++) putPrefix(b, numbers[i]);
        endAttribute(b, gone);
        patch(b, length + 2, b->count - length - 4);
    }
    end(b, start);
}
static u32 anyChunk(void) {
    u32 draw = below(100);
    return draw < 34 ? 1 : draw < 54 ? 2 : draw < 75 ? 3 + below(3) : draw < 96 ? 6 + below(15) : 21 + below(100);
}
// Every message of a feeder: its table by set, cut into UPDATEs, which are then shuffled.
static void prepare(session *s) {
    buffer scratch = {0};
    s->sets = room(setCount * sizeof *s->sets);
    for (u32 i = 0; i < setCount; i++) s->sets[i] = makeSet(&scratch, i, s->number);
    u32 *order = room(count * 4), *starts = room((setCount + 2) * 4), *bySet = room(count * 4);
    s->setOf = room(count * 4);
    for (u32 i = 0; i < count; i++) order[i] = i;
    shuffle(order, count);
    deal(s, order);
    for (u32 i = 0; i < count; i++) starts[s->setOf[i] + 2]++;
    for (u32 i = 2; i < setCount + 2; i++) starts[i] += starts[i - 1];
    for (u32 i = 0; i < count; i++) bySet[starts[s->setOf[order[i]] + 1]++] = order[i];
    u32 *first = room(count * 4), *many = room(count * 4), *turn = room(count * 4);
    for (u32 i = 0; i < count; s->updates++) {
        u32 chunk = anyChunk(), left = starts[s->setOf[bySet[i]] + 1] - i;
        if (chunk > left) chunk = left;
        first[s->updates] = i, many[s->updates] = chunk, turn[s->updates] = s->updates;
        i += chunk;
    }
    shuffle(turn, s->updates);
    for (u32 i = 0; i < s->updates; i++)
        writeUpdate(&s->table, &s->sets[s->setOf[bySet[first[turn[i]]]]], s->number, bySet + first[turn[i]], many[turn[i]]);
    for (u32 i = 0; i < count; i += 200) writeWithdrawal(&s->withdrawal, order + i, count - i < 200 ? count - i : 200);
    for (u32 i = 0; i < count; i++) {
        u8 length = s->sets[s->setOf[i]].pathLength + 1;
        if (!heard.bestPath[i] || length < heard.bestPath[i]) heard.bestPath[i] = length;
    }
    set *sorted = room(setCount * sizeof *sorted);
    memcpy(sorted, s->sets, setCount * sizeof *sorted);
    qsort(sorted, setCount, sizeof *sorted, bySize);
    u32 distinct = 1;
    for (u32 i = 1; i < setCount; i++) distinct += bySize(sorted + i - 1, sorted + i) != 0;
    if (s->number == 1)
        fprintf(stderr, "%u prefixes in %u UPDATEs with %u attribute sets, %.1f MB\n", count, s->updates, distinct,
                s->table.count / 1e6);
    free(sorted), free(order), free(starts), free(bySet), free(first), free(many), free(turn), free(scratch.bytes);
}

// MARK: The wire

static void readFully(int fd, u8 *to, size_t size) {
    while (size) {
        ssize_t got = recv(fd, to, size, 0);
        if (got <= 0) die("the router ended a session that was to come up");
        to += got, size -= got;
    }
}
static int readMessage(int fd, u8 *to) {
    readFully(fd, to, 19);
    size_t length = to[16] << 8 | to[17];
    if (length < 19 || length > 4096) die("a message of %zu bytes", length);
    readFully(fd, to + 19, length - 19);
    if (to[18] == 3) die("NOTIFICATION %d/%d", to[19], to[20]);
    return to[18];
}
static int connected(u32 number, double limit) {
    struct sockaddr_storage from = local[number > 0], to = router[number > 0];
    socklen_t size = from.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    u32 offset = number ? number - 1 : 0;
    if (from.ss_family == AF_INET)
        ((struct sockaddr_in *)&from)->sin_addr.s_addr += htonl(offset);
    else
        ((struct sockaddr_in6 *)&from)->sin6_addr.s6_addr[15] += offset;
    for (double start = now();;) {
        int fd = socket(from.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1, large = 4 << 20;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof large);
        if (bind(fd, (void *)&from, size)) die("cannot bind: %s", strerror(errno));
        if (!connect(fd, (void *)&to, size)) return fd;
        if (now() - start > limit) die("cannot connect: %s", strerror(errno));
        close(fd);
        usleep(20000);
    }
}
static void establish(session *s, double limit) {
    s->socket = connected(s->number, limit);
    buffer b = {0};
    size_t start = begin(&b, 1);
    put(&b, 4, 1), put(&b, (64600 + s->number) & 0xffff, 2), put(&b, 240, 2), put(&b, 0x0a090002 + s->number, 4);
    put(&b, 2 + 6 + 2 + 6, 1), put(&b, 2, 1), put(&b, 6 + 2 + 6, 1);
    put(&b, 1, 1), put(&b, 4, 1), put(&b, family == 4 ? 1 : 2, 2), put(&b, 1, 2);
    put(&b, 2, 1), put(&b, 0, 1);
    put(&b, 65, 1), put(&b, 4, 1), put(&b, 64600 + s->number, 4);
    end(&b, start);
    if (send(s->socket, b.bytes, b.count, MSG_NOSIGNAL) < 0) die("cannot send: %s", strerror(errno));
    u8 message[4096];
    if (readMessage(s->socket, message) != 1) die("no OPEN");
    b.count = 0;
    end(&b, begin(&b, 4));
    if (send(s->socket, b.bytes, b.count, MSG_NOSIGNAL) < 0) die("cannot send: %s", strerror(errno));
    if (readMessage(s->socket, message) != 4) die("no KEEPALIVE");
    free(b.bytes);
    fcntl(s->socket, F_SETFL, O_NONBLOCK);
    s->held = 0, s->sending = 0, s->spoke = now();
    if (!s->in) s->in = room(1 << 20);
}
static void hear(u128 bits, int length, int path, double at) {
    int number = find(bits, length);
    if (number < 0) {
        heard.wrong++;
        return;
    }
    heard.held += (path > 0) - (heard.path[number] > 0);
    heard.path[number] = (u8)path;
    *(path ? &heard.announced : &heard.withdrawn) += 1;
    heard.last = at;
    if (heard.due[number] > 0) {
        heard.latencies[heard.latencyCount++] = (float)(at - heard.due[number]);
        heard.due[number] = 0;
    }
}
static void hearAll(const u8 *at, const u8 *end, int path, double time) {
    while (at < end) {
        int length = *at++, size = (length + 7) / 8;
        u128 bits = 0;
        if (length > 128 || at + size > end) die("a prefix that can't be read");
        for (int i = 0; i < size; i++) bits |= (u128)*at++ << (120 - 8 * i);
        hear(bits, length, path, time);
    }
}
static void hearUpdate(const u8 *message, size_t length, double time) {
    const u8 *end = message + length, *at = message + 19, *gone = at + 2;
    const u8 *attributes = gone + (at[0] << 8 | at[1]) + 2, *after = attributes + (attributes[-2] << 8 | attributes[-1]);
    if (after > end) die("an UPDATE that can't be read");
    hearAll(gone, attributes - 2, 0, time);
    const u8 *reach = 0, *reachEnd = 0;
    int path = 0;
    for (at = attributes; at < after;) {
        int flags = at[0], code = at[1], size = flags & 0x10 ? at[2] << 8 | at[3] : at[2];
        at += flags & 0x10 ? 4 : 3;
        if (code == 2) for (const u8 *part = at; part < at + size; part += 2 + 4 * part[1]) path += part[0] == 2 ? part[1] : 1;
        if (code == 14) reach = at + 5 + at[3], reachEnd = at + size;
        if (code == 15) hearAll(at + 3, at + size, 0, time);
        at += size;
    }
    if (reach) hearAll(reach, reachEnd, path, time);
    hearAll(after, end, path, time);
    heard.updates++;
}
static void readSession(session *s) {
    ssize_t got = recv(s->socket, s->in + s->held, (1 << 20) - s->held, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("the router closed the session with %s %u", s->number ? "feeder" : "listener", s->number);
    double time = now();
    s->held += got;
    size_t at = 0;
    while (s->held - at >= 19) {
        size_t length = s->in[at + 16] << 8 | s->in[at + 17];
        if (length < 19) die("a message of %zu bytes", length);
        if (s->held - at < length) break;
        int type = s->in[at + 18];
        if (type == 3) die("NOTIFICATION %d/%d to %u", s->in[at + 19], s->in[at + 20], s->number);
        if (!s->number && type == 2) hearUpdate(s->in + at, length, time), heard.bytes += length;
        at += length;
    }
    memmove(s->in, s->in + at, s->held -= at);
}
static void writeSession(session *s, double time) {
    static const u8 keepalive[19] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 19, 4};
    if (!s->sending) {
        if (time - s->spoke < 30) return;
        if (send(s->socket, keepalive, 19, MSG_NOSIGNAL) != 19) die("cannot send a KEEPALIVE: %s", strerror(errno));
        s->spoke = time;
        return;
    }
    size_t left = s->sending->count - s->sent;
    ssize_t sent = send(s->socket, s->sending->bytes + s->sent, left < 1 << 18 ? left : 1 << 18, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) die("cannot send: %s", strerror(errno));
    if (sent > 0) s->sent += sent, s->spoke = time;
    if (s->sent == s->sending->count) s->sending = 0;
}
static void turn(int milliseconds) {
    struct pollfd all[128];
    u32 waiting = 0, who[128];
    for (u32 i = 0; i <= feeds; i++) {
        if (sessions[i].socket < 0) continue;
        who[waiting] = i;
        all[waiting++] = (struct pollfd){sessions[i].socket, POLLIN | (sessions[i].sending ? POLLOUT : 0), 0};
    }
    poll(all, waiting, milliseconds);
    double time = now();
    for (u32 i = 0; i < waiting; i++) {
        if (all[i].revents & (POLLIN | POLLHUP | POLLERR)) readSession(&sessions[who[i]]);
        writeSession(&sessions[who[i]], time);
    }
}

// MARK: The router's costs

static int pids[32], pidCount;
static double cpu(void) {
    double sum = 0;
    for (int i = 0; i < pidCount; i++) {
        clockid_t clock;
        struct timespec t;
        if (clock_getcpuclockid(pids[i], &clock) || clock_gettime(clock, &t)) die("process %d is gone", pids[i]);
        sum += t.tv_sec + t.tv_nsec * 1e-9;
    }
    return sum;
}
static long memory(const char *field) {
    long sum = 0;
    for (int i = 0; i < pidCount; i++) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/status", pids[i]);
        FILE *file = fopen(path, "r");
        while (file && fgets(line, sizeof line, file))
            if (!strncmp(line, field, strlen(field))) sum += atol(line + strlen(field));
        if (file) fclose(file);
    }
    return sum;
}

// MARK: Phases

static double limit = 300;

static int isSending(void) {
    for (u32 i = 0; i <= feeds; i++) if (sessions[i].sending) return 1;
    return 0;
}
// Until nothing more can come, given how many prefixes the listener must have then.
static void settle(const char *phase, u32 wanted) {
    double start = now(), looked = start, used = cpu();
    for (;;) {
        turn(50);
        double time = now();
        if (time - start > limit) die("%s: %u of %u prefixes after %.0f s", phase, heard.held, wanted, limit);
        if (time - looked < 0.3) continue;
        double spent = cpu() - used;
        if (heard.held == wanted && !isSending() && time - heard.last > 0.3 && spent < 0.02 * (time - looked)) return;
        looked = time, used += spent;
    }
}
static int byValue(const void *a, const void *b) {
    float one = *(const float *)a, other = *(const float *)b;
    return (one > other) - (one < other);
}
static void churn(u32 rate, double duration) {
    session *s = &sessions[1];
    u32 *order = room(count * 4), total = (u32)(rate * duration), made = 0;
    size_t *ends = room((total + 1) * sizeof *ends);
    u8 *gone = room(count);
    for (u32 i = 0; i < count; i++) order[i] = i;
    shuffle(order, count);
    buffer all = {0};
    for (u32 i = 0; i < total; i++) {
        u32 number = order[i % count];
        if (!gone[number] && !below(10)) {
            writeWithdrawal(&all, &number, 1);
            gone[number] = 1;
        } else {
            u32 other = below(setCount);
            if (!gone[number] && other == s->setOf[number]) other = (other + 1) % setCount;
            writeUpdate(&all, &s->sets[s->setOf[number] = other], 1, &number, 1);
            gone[number] = 0;
        }
        heard.bestPath[number] = gone[number] ? 0 : s->sets[s->setOf[number]].pathLength + 1;
        ends[i + 1] = all.count;
    }
    buffer slice = {all.bytes, 0, 0};
    for (double start = now(); made < total || isSending(); turn(made < total ? 1 : 50)) {
        double time = now();
        if (time - start > duration + limit) die("churn: %u of %u changes sent", made, total);
        u32 due = (u32)((time - start) * rate);
        for (; made < total && made < due; made++) heard.due[order[made % count]] = start + (double)made / rate;
        slice.count = ends[made];
        if (!s->sending && s->sent < slice.count) s->sending = &slice;
        if (s->sending) writeSession(s, time);
    }
    free(order), free(ends), free(all.bytes), free(gone);
}
static u32 expected(void) {
    u32 sum = 0;
    for (u32 i = 0; i < count; i++) sum += heard.bestPath[i] > 0;
    return sum;
}
static void check(const char *phase) {
    for (u32 i = 0; i < count; i++) heard.wrong += heard.path[i] > 0 && heard.path[i] != heard.bestPath[i];
    if (heard.wrong) die("%s: %u prefixes that nobody announced, or by a path that isn't the shortest", phase, heard.wrong);
}
static void run(char *phase) {
    double start = now(), used = cpu();
    heard.updates = heard.announced = heard.withdrawn = heard.bytes = heard.latencyCount = 0;
    heard.last = start;
    u32 rate;
    double duration;
    if (!strcmp(phase, "connect")) {
        for (u32 i = 0; i <= feeds; i++) if (sessions[i].socket < 0) establish(&sessions[i], 30);
        return settle(phase, heard.held);
    }
    if (!strcmp(phase, "table")) {
        for (u32 i = 1; i <= feeds; i++) sessions[i].sending = &sessions[i].table, sessions[i].sent = 0;
        settle(phase, count);
    } else if (!strcmp(phase, "withdraw")) {
        for (u32 i = 1; i <= feeds; i++) sessions[i].sending = &sessions[i].withdrawal, sessions[i].sent = 0;
        settle(phase, 0);
    } else if (!strcmp(phase, "drop")) {
        for (u32 i = 1; i <= feeds; i++) close(sessions[i].socket), sessions[i].socket = -1, sessions[i].sending = 0;
        settle(phase, 0);
    } else if (sscanf(phase, "churn:%u:%lf", &rate, &duration) == 2) {
        heard.latencies = room((size_t)(rate * duration + 1) * sizeof *heard.latencies);
        sessions[1].sent = 0;
        churn(rate, duration);
        settle(phase, expected());
    } else {
        die("no phase %s", phase);
    }
    check(phase);
    printf("%s wall=%.4f cpu=%.4f peak=%ld rss=%ld heard=%llu announced=%llu withdrawn=%llu bytes=%llu", phase, heard.last - start,
           cpu() - used, memory("VmHWM:"), memory("VmRSS:"), (unsigned long long)heard.updates,
           (unsigned long long)heard.announced, (unsigned long long)heard.withdrawn, (unsigned long long)heard.bytes);
    if (heard.latencyCount) {
        qsort(heard.latencies, heard.latencyCount, sizeof(float), byValue);
        printf(" changes=%u p50=%.0f p99=%.0f max=%.0f", heard.latencyCount, heard.latencies[heard.latencyCount / 2] * 1e6,
               heard.latencies[(u64)heard.latencyCount * 99 / 100] * 1e6, heard.latencies[heard.latencyCount - 1] * 1e6);
    }
    printf("\n");
    fflush(stdout);
}
static void readAddress(struct sockaddr_storage *to, const char *text, int port) {
    if (!text) die("two addresses are wanted, with a comma between them");
    struct sockaddr_in *narrow = (void *)to;
    struct sockaddr_in6 *wide = (void *)to;
    if (inet_pton(AF_INET, text, &narrow->sin_addr) == 1)
        narrow->sin_family = AF_INET, narrow->sin_port = htons(port);
    else if (inet_pton(AF_INET6, text, &wide->sin6_addr) == 1)
        wide->sin6_family = AF_INET6, wide->sin6_port = htons(port);
    else
        die("'%s' is no address", text);
}

int main(int argc, char **argv) {
    int first = 1;
    for (char *value; first < argc && (value = strchr(argv[first], '=')); first++) {
        *value++ = 0;
        const char *name = argv[first];
        if (!strcmp(name, "router"))
            readAddress(&router[0], strtok(value, ","), 179), readAddress(&router[1], strtok(0, ","), 179);
        else if (!strcmp(name, "local"))
            readAddress(&local[0], strtok(value, ","), 0), readAddress(&local[1], strtok(0, ","), 0);
        else if (!strcmp(name, "prefixes")) readPrefixes(value);
        else if (!strcmp(name, "feeds")) feeds = atoi(value);
        else if (!strcmp(name, "sets")) setCount = atoi(value);
        else if (!strcmp(name, "seed")) seed = strtoull(value, 0, 10);
        else if (!strcmp(name, "limit")) limit = atof(value);
        else if (!strcmp(name, "pids"))
            for (char *pid = strtok(value, ","); pid && pidCount < 32; pid = strtok(0, ",")) pids[pidCount++] = atoi(pid);
        else die("no option %s", name);
    }
    if (!count || !router[0].ss_family || !local[0].ss_family || !feeds || feeds > 100) die("see the head of bgpload.c");
    if (setCount > count) setCount = count;
    heard.path = room(count), heard.bestPath = room(count), heard.due = room(count * sizeof(double));
    sessions = room((feeds + 1) * sizeof *sessions);
    for (u32 i = 0; i <= feeds; i++) {
        sessions[i].number = i, sessions[i].socket = -1;
        if (i) prepare(&sessions[i]);
    }
    for (int i = first; i < argc; i++) run(argv[i]);
    return 0;
}
