// How kernels are compiled: instruction-set clones and scoped reordering.
#ifndef RK_MACROS_H
#define RK_MACROS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Compiles a kernel once per instruction set; the loader picks the best one the processor has.
#if defined(__x86_64__) && defined(__linux__)
#define RK_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define RK_KERNEL
#endif

// Opens a block whose sums may be reordered and fused. Nothing outside the block is affected.
#define RK_REASSOCIATE _Pragma("clang fp reassociate(on) contract(fast)")

// Opens a block whose products and sums may be fused but not reordered.
#define RK_CONTRACT _Pragma("clang fp contract(fast)")

#define RK_INLINE static inline __attribute__((always_inline))

#endif
