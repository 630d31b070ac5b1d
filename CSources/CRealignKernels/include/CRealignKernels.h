// Kernels of realign: pure C on rows of floats, one operation per file, forward beside backward.
//
// Shape letters
//   B  sequences in a decode step      T  rows (tokens) of a packed batch
//   C  columns of a row (channels)     V  vocabulary size
//   H  query heads                     D  width of one head
//
// Rules that hold everywhere
//   * Arguments: outputs, inputs, saved values, sizes, scalars; a pointer to a strided matrix is
//     followed by its stride in elements.
//   * Parameter gradients accumulate (+=); activation gradients are assigned (=).
//   * No allocation, no threads, no input or output; a kernel cannot fail.
//   * Outputs may be inputs only where the comment says "in place".
//   * Results depend on the instruction set chosen at load time in their last bits, never on how
//     rows are divided among calls.
#ifndef CREALIGNKERNELS_H
#define CREALIGNKERNELS_H

#include "rk_activation.h"
#include "rk_adamw.h"
#include "rk_attention.h"
#include "rk_attention_limits.h"
#include "rk_convert.h"
#include "rk_dropout.h"
#include "rk_elementwise.h"
#include "rk_gelu.h"
#include "rk_gemm.h"
#include "rk_gemm_few.h"
#include "rk_kl_divergence.h"
#include "rk_layer_norm.h"
#include "rk_pooling.h"
#include "rk_rms_norm.h"
#include "rk_rotary.h"
#include "rk_soft_cap.h"
#include "rk_softmax.h"
#include "rk_spin.h"
#include "rk_swiglu.h"

#endif
