// The processor's hint that a thread is waiting on memory another thread will write.
#ifndef RK_SPIN_H
#define RK_SPIN_H

/// One pause of a spin loop.
static inline void rk_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

#endif
