// Facts about the host of a rank.
#ifndef RM_HOST_H
#define RM_HOST_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Sets mask[i] to 1 where the calling thread may run on processor i, otherwise 0; the number of
/// processors it may run on, or 0 when the system does not tell.
int rm_affinity(uint8_t *mask, int capacity);

/// How many RDMA devices libibverbs finds; -1 when that library is not installed.
int rm_verbs_device_count(void);

/// Kills a process after some seconds unless it has ended by then, even if this one has; 0, or
/// -errno.
int rm_kill_later(int process, int milliseconds);

#pragma clang assume_nonnull end

#endif
