// How large a terminal is, for `Kernel`.
#pragma once
#include <sys/ioctl.h>

// Columns and rows; -1 where there is no terminal, or where it doesn't know.
static inline int landfall_window(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_col == 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}
