// CBLAS and LAPACKE as one module. Debian's OpenBLAS carries no LAPACKE, hence two libraries.
#ifndef REALIGN_OPENBLAS_SHIM_H
#define REALIGN_OPENBLAS_SHIM_H

#include <stdint.h>

#include <cblas.h>

// The three LAPACKE routines in use are declared here rather than by lapacke.h, whose complex
// types do not import into Swift.
#define RK_LAPACK_ROW_MAJOR 101

typedef int32_t rk_lapack_int;

rk_lapack_int LAPACKE_dpotrf(int layout, char uplo, rk_lapack_int n, double *a, rk_lapack_int lda);
rk_lapack_int LAPACKE_dpotrs(int layout, char uplo, rk_lapack_int n, rk_lapack_int nrhs,
                             const double *a, rk_lapack_int lda, double *b, rk_lapack_int ldb);
rk_lapack_int LAPACKE_dsyevd(int layout, char jobz, char uplo, rk_lapack_int n, double *a,
                             rk_lapack_int lda, double *w);

#endif
