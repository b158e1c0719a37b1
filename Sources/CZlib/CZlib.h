// zlib, and the call of it that is a macro, which Swift can't import.
#pragma once
#include <zlib.h>

// Reads gzip and zlib headers alike (+32).
static inline int landfall_inflate_init(z_stream *stream) { return inflateInit2(stream, MAX_WBITS + 32); }
