// The kernels of CRealignKernels by their definitions: one loop after the other, one thread, the
// mathematics library for exponentials, nothing reordered.
//
// `realign bench kernels` checks every kernel against these before it times both. Matrices are
// contiguous and row-major; shape letters as in CRealignKernels.h. Parameter gradients accumulate
// (+=), activation gradients are assigned (=).
#ifndef CREALIGNNAIVE_H
#define CREALIGNNAIVE_H

#include "rn_activation.h"
#include "rn_attention.h"
#include "rn_elementwise.h"
#include "rn_normalisation.h"
#include "rn_softmax.h"

#endif
