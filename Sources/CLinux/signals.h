// Signals as descriptors, for `Kernel`.
#pragma once
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

// Blocks the signals in this thread and in those that it starts from now on; returns the descriptor, or -1.
static inline int landfall_signals(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) sigaddset(&set, numbers[index]);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL)) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

// The next signal that has arrived, or 0.
static inline int landfall_next_signal(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
