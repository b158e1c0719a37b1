// The peer of `make bench ONLY=lookups`: the tree bitmap of Sources/RIB/Prefixes/Trie.swift in C, node by node the same,
// and DIR-24-8 (Gupta, Lin and McKeown, 1998) beside it for scale. `lpm PREFIXES LOOKUPS SEED` reads one prefix a line, as
// `4 HIGH LOW LENGTH` or `6 HIGH LOW LENGTH` with both halves of the address in hexadecimal, whose value is the number of its line, and prints for each table
//     NAME BUILD_MS NS_PER_LOOKUP CHECKSUM BYTES
// where the checksum is the sum of all values found, so that nobody can win by finding something else.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned __int128 u128;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static u64 seed;
static u64 next(void) {  // SplitMix64, as Net's SeededRandom
    u64 z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

// MARK: Runs of elements, by class of length

typedef struct {
    u8 *base;
    u32 size, count, capacity;
    u32 *free[34], freeCount[34], freeCapacity[34];
} blocks;

static int kind(int count) {
    int log = 31 - __builtin_clz(count);
    if (count == 1 << log) return 2 * log;
    return log > 0 && count <= 3 << (log - 1) ? 2 * log + 1 : 2 * log + 2;
}
static int room(int k) { return k & 1 ? 3 << ((k >> 1) - 1) : 1 << (k >> 1); }

static u32 allocate(blocks *b, int count) {
    if (!count) return 0;
    int k = kind(count);
    if (b->freeCount[k]) return b->free[k][--b->freeCount[k]];
    u32 run = b->count;
    while (b->count + room(k) > b->capacity) {
        b->capacity = b->capacity ? b->capacity * 2 : 64;
        b->base = realloc(b->base, (size_t)b->capacity * b->size);
    }
    memset(b->base + (size_t)run * b->size, 0, (size_t)room(k) * b->size);
    b->count += room(k);
    return run;
}
static void giveBack(blocks *b, u32 run, int count) {
    if (!count) return;
    int k = kind(count);
    if (b->freeCount[k] == b->freeCapacity[k]) {
        b->freeCapacity[k] = b->freeCapacity[k] ? b->freeCapacity[k] * 2 : 16;
        b->free[k] = realloc(b->free[k], b->freeCapacity[k] * 4);
    }
    b->free[k][b->freeCount[k]++] = run;
}
static u32 insertGap(blocks *b, u32 run, int index, int count) {
    u32 to = run;
    int moves = !count || kind(count) != kind(count + 1);
    if (moves) {
        to = allocate(b, count + 1);
        memmove(b->base + (size_t)to * b->size, b->base + (size_t)run * b->size, (size_t)index * b->size);
    }
    memmove(b->base + (size_t)(to + index + 1) * b->size, b->base + (size_t)(run + index) * b->size,
            (size_t)(count - index) * b->size);
    if (moves) giveBack(b, run, count);
    return to;
}

// MARK: Tree bitmap

typedef struct {
    u64 inner, outer;
    u32 children, values;
} node;
typedef struct {
    blocks nodes, values;
} tree;
static u64 matching[64];

static inline u32 rank64(u64 bitmap, u64 position) { return __builtin_popcountll(bitmap & ((1ull << position) - 1)); }
static inline u64 place(u64 six, int bits) { return (1ull << bits) - 1 + (six >> (6 - bits)); }
#define NODE(t, i) ((node *)(t)->nodes.base)[i]
#define VALUE(t, i) ((u32 *)(t)->values.base)[i]

static void makeTree(tree *t) {
    memset(t, 0, sizeof *t);
    t->nodes.size = sizeof(node);
    t->values.size = 4;
    t->nodes.count = t->values.count = 1;
    allocate(&t->nodes, 1);
    memset(matching, 0, sizeof matching);
    for (u64 six = 0; six < 64; six++)
        for (int r = 0; r < 6; r++) matching[six] |= 1ull << place(six, r);
}

#define DEFINE_TREE(NAME, KEY, WIDTH)                                                                        \
    static void insert##NAME(tree *t, KEY key, int length, u32 value) {                                      \
        int depth = (length + 5) / 6, bits = (length + 5) % 6;                                               \
        u64 six = (u64)(key >> (WIDTH - 1));                                                                 \
        KEY rest = key << 1;                                                                                 \
        u32 at = 1;                                                                                          \
        while (depth--) {                                                                                    \
            node n = NODE(t, at);                                                                            \
            u32 r = rank64(n.outer, six);                                                                    \
            if (!(n.outer >> six & 1)) {                                                                     \
                n.children = insertGap(&t->nodes, n.children, r, __builtin_popcountll(n.outer));             \
                n.outer |= 1ull << six;                                                                      \
                NODE(t, n.children + r) = (node){0};                                                         \
                NODE(t, at) = n;                                                                             \
            }                                                                                                \
            at = n.children + r;                                                                             \
            six = (u64)(rest >> (WIDTH - 6));                                                                \
            rest <<= 6;                                                                                      \
        }                                                                                                    \
        node n = NODE(t, at);                                                                                \
        u64 p = place(six, bits);                                                                            \
        u32 r = rank64(n.inner, p);                                                                          \
        if (!(n.inner >> p & 1)) {                                                                           \
            n.values = insertGap(&t->values, n.values, r, __builtin_popcountll(n.inner));                    \
            n.inner |= 1ull << p;                                                                            \
            NODE(t, at) = n;                                                                                 \
        }                                                                                                    \
        VALUE(t, n.values + r) = value;                                                                      \
    }                                                                                                        \
    __attribute__((noinline)) static u32 match##NAME(const tree *t, KEY key) {                               \
        const node *nodes = (const node *)t->nodes.base;                                                     \
        u64 six = (u64)(key >> (WIDTH - 1)), inner = 0, found = 0;                                           \
        KEY rest = key << 1;                                                                                 \
        u32 at = 1, first = 0;                                                                               \
        for (;;) {                                                                                           \
            const node *n = nodes + at;                                                                      \
            u64 hits = n->inner & matching[six];                                                             \
            if (hits) inner = n->inner, first = n->values, found = hits;                                     \
            if (!(n->outer >> six & 1)) break;                                                               \
            at = n->children + rank64(n->outer, six);                                                        \
            six = (u64)(rest >> (WIDTH - 6));                                                                \
            rest <<= 6;                                                                                      \
        }                                                                                                    \
        return found ? VALUE(t, first + rank64(inner, 63 - __builtin_clzll(found))) : 0;                     \
    }
DEFINE_TREE(4, u32, 32)
DEFINE_TREE(6, u128, 128)

// MARK: DIR-24-8

static u32 *first, *second, secondCount, secondCapacity;

typedef struct {
    u128 key;
    int length;
    u32 value;
} entry;
static int byLength(const void *a, const void *b) { return ((const entry *)a)->length - ((const entry *)b)->length; }

static void insertDirect(u32 key, int length, u32 value) {
    if (length <= 24) {
        for (u32 i = key >> 8, end = i + (1u << (24 - length)); i < end; i++) first[i] = value;
        return;
    }
    u32 slot = first[key >> 8];
    if (!(slot >> 31)) {
        if (secondCount == secondCapacity) {
            secondCapacity = secondCapacity ? secondCapacity * 2 : 1024;
            second = realloc(second, (size_t)secondCapacity * 1024);
        }
        for (int i = 0; i < 256; i++) second[(size_t)secondCount * 256 + i] = slot;
        slot = first[key >> 8] = secondCount++ | 1u << 31;
    }
    u32 *table = second + (size_t)(slot & ~(1u << 31)) * 256;
    for (u32 i = key & 255, end = i + (1u << (32 - length)); i < end; i++) table[i] = value;
}
__attribute__((noinline)) static u32 matchDirect(u32 key) {
    u32 slot = first[key >> 8];
    return slot >> 31 ? second[(size_t)(slot & ~(1u << 31)) * 256 + (key & 255)] : slot;
}

// MARK: Measuring

static void report(const char *name, double build, double lookups, u64 count, u64 sum, size_t bytes) {
    printf("%s %.1f %.2f %llu %zu\n", name, build * 1e3, lookups / count * 1e9, (unsigned long long)sum, bytes);
}

#define MEASURE(NAME, BUILD, KEY, RANDOM, MATCH, BYTES)      \
    do {                                                     \
        double t0 = now();                                   \
        BUILD;                                               \
        double build = now() - t0;                           \
        u64 sum = 0;                                         \
        seed = start;                                        \
        t0 = now();                                          \
        for (u64 i = 0; i < lookups; i++) {                  \
            KEY key = RANDOM;                                \
            sum += MATCH;                                    \
        }                                                    \
        report(NAME, build, now() - t0, lookups, sum, BYTES); \
    } while (0)

// Half of the addresses lie anywhere, half within a prefix of the table.
static u32 anyIPv4(const entry *all, u32 count) {
    u64 r = next();
    return r & 1 ? (u32)(r >> 32) : (u32)all[(r >> 1) % count].key | (u32)(r >> 58);
}
static u128 anyIPv6(const entry *all, u32 count) {
    u64 r = next();
    return all[(r >> 1) % count].key | (r & 1 ? (u128)(r >> 32) << 64 : r >> 58);
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: lpm PREFIXES LOOKUPS SEED\n"), 2;
    FILE *file = fopen(argv[1], "r");
    if (!file) return perror(argv[1]), 3;
    u64 lookups = strtoull(argv[2], 0, 10), start = strtoull(argv[3], 0, 10);
    entry *v4 = malloc(4000000 * sizeof *v4), *v6 = malloc(4000000 * sizeof *v6);
    u32 n4 = 0, n6 = 0, line = 0;
    int family, length;
    unsigned long long high, low;
    while (fscanf(file, "%d %llx %llx %d", &family, &high, &low, &length) == 4 && line < 4000000) {
        line++;
        if (family == 4) v4[n4++] = (entry){low, length, line};
        else v6[n6++] = (entry){(u128)high << 64 | low, length, line};
    }
    fclose(file);
    tree t;
    makeTree(&t);
    MEASURE("tree-ipv4", for (u32 i = 0; i < n4; i++) insert4(&t, (u32)v4[i].key, v4[i].length, v4[i].value), u32,
            anyIPv4(v4, n4), match4(&t, key), (size_t)t.nodes.count * 24 + (size_t)t.values.count * 4);
    if (n6) {
        makeTree(&t);
        MEASURE("tree-ipv6", for (u32 i = 0; i < n6; i++) insert6(&t, v6[i].key, v6[i].length, v6[i].value), u128,
                anyIPv6(v6, n6), match6(&t, key), (size_t)t.nodes.count * 24 + (size_t)t.values.count * 4);
    }
    entry *sorted = malloc(n4 * sizeof *sorted);
    memcpy(sorted, v4, n4 * sizeof *sorted);
    first = calloc(1 << 24, 4);
    MEASURE("dir-24-8", qsort(sorted, n4, sizeof *sorted, byLength);
            for (u32 i = 0; i < n4; i++) insertDirect((u32)sorted[i].key, sorted[i].length, sorted[i].value), u32,
            anyIPv4(v4, n4), matchDirect(key), ((size_t)4 << 24) + (size_t)secondCount * 1024);
    return 0;
}
