#define _GNU_SOURCE
#include "include/rm_host.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int rm_affinity(uint8_t *mask, int capacity) {
  enum { WORDS = 128 };
  unsigned long bits[WORDS] = {0};
  memset(mask, 0, (size_t)capacity);
  if (sched_getaffinity(0, sizeof bits, (cpu_set_t *)bits)) return 0;
  const int width = 8 * sizeof *bits;
  int count = 0;
  for (int i = 0; i < capacity && i < WORDS * width; i++)
    if (bits[i / width] >> (i % width) & 1) {
      mask[i] = 1;
      count++;
    }
  return count;
}

int rm_verbs_device_count(void) {
  void *library = dlopen("libibverbs.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return -1;
  void **(*get_device_list)(int *) = NULL;
  void (*free_device_list)(void **) = NULL;
  void *found = dlsym(library, "ibv_get_device_list");
  memcpy(&get_device_list, &found, sizeof found);
  found = dlsym(library, "ibv_free_device_list");
  memcpy(&free_device_list, &found, sizeof found);
  int count = 0;
  if (get_device_list && free_device_list) {
    void **devices = get_device_list(&count);
    if (devices) free_device_list(devices);
  }
  return count;
}

int rm_kill_later(int process, int milliseconds) {
  // A descriptor stands for this one process, not for a later one of its number.
  const int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  if (descriptor < 0) return -errno;
  const pid_t child = fork();
  if (child != 0) {
    const int error = errno;
    close(descriptor);
    return child < 0 ? -error : 0;
  }
  // Only calls that are safe after a fork from among threads. A session of its own keeps the child
  // from being killed with the rank, and no pipe of the launcher may stay open.
  setsid();
  for (int i = 0; i < 1024; i++)
    if (i != descriptor) close(i);
  struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  while (nanosleep(&left, &left) && errno == EINTR) {
  }
  syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0);
  _exit(0);
}
