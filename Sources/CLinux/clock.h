// What the kernel thinks of its own clock, for `Kernel`.
#pragma once
#include <sys/timex.h>

// Asks, and changes nothing. The state (TIME_OK, …, TIME_ERROR), or -1.
static inline int landfall_clock(int *status, long *most_error_microseconds) {
    struct timex clock = {.modes = 0};
    int state = adjtimex(&clock);
    *status = clock.status;
    *most_error_microseconds = clock.maxerror;
    return state;
}
