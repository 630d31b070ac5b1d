// Open MPI's library, loaded by dlopen: what data-parallel training calls of it.
//
// Open MPI's handles are addresses of objects that libmpi exports, and its binary interface has
// been the same since version 1.x in what is used here (mpi.h, "OMPI_PREDEFINED_GLOBAL"); other
// MPIs use numbers for handles, so any library that does not call itself Open MPI is refused.
//
// Not safe for calls from two threads at the same time. Functions return 0 or MPI's error code.
#ifndef RM_MPI_H
#define RM_MPI_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Characters of the longest text written by the functions here, the final 0 included.
#define RM_TEXT_CAPACITY 512

/// What loading found.
typedef enum {
  RM_LOADED = 0,
  RM_ABSENT = 1,      ///< no such library, or one it needs is not there
  RM_INCOMPLETE = 2,  ///< a function or handle of Open MPI is not in it
  RM_FOREIGN = 3,     ///< another MPI
} rm_loading;

/// Loads a library by name; text (RM_TEXT_CAPACITY): its version, or why it cannot be used.
///
/// The first that can be used stays to the end of the process, and is what all calls go to.
rm_loading rm_load(const char *name, char *text);

/// What the values of a message are.
typedef enum { RM_BYTES = 0, RM_FLOATS = 1 } rm_type;

/// A transfer under way; 0 is none.
typedef uintptr_t rm_request;

/// Enters the job: MPI_Init_thread with MPI_THREAD_SERIALIZED; errors are returned from then on.
int rm_start(int *rank, int *size);

/// Starts to send count values to a rank; they may not change before the request is done.
int rm_send(const void *values, int count, rm_type type, int to, rm_request *request);

/// Starts to receive count values from a rank, in the order of its sends.
int rm_receive(void *values, int count, rm_type type, int from, rm_request *request);

/// Starts to gather count bytes of every rank; all (size x count), in the order of ranks.
int rm_gather(const void *bytes, int count, void *all, rm_request *request);

/// Starts a barrier.
int rm_barrier(rm_request *request);

/// How many of the requests have become done since the last call; done ones are 0 afterwards.
///
/// Sets completed to -1 when all are 0 already. This is also what moves data.
int rm_test(rm_request *requests, int count, int *completed);

/// Leaves the job; all ranks must, as each waits for the others.
int rm_finish(void);

/// Ends all ranks of the job, stopped ones included; the launcher's exit code becomes code.
void rm_abort(int code);

/// What an error code means; text (RM_TEXT_CAPACITY).
void rm_error_text(int error, char *text);

#pragma clang assume_nonnull end

#endif
