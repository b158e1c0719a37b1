// What Swift's Glibc module leaves out, and what it can't import: function-like macros, variadic calls, and calls that
// must run between fork and exec. Header only.
#pragma once
#include "clock.h"
#include "confine.h"
#include "events.h"
#include "local.h"
#include "memory.h"
#include "network.h"
#include "packet.h"
#include "privileges.h"
#include "spawn.h"
#include "signals.h"
#include "datagrams.h"
#include "terminal.h"
