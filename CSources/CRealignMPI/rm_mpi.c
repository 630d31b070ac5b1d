#include "include/rm_mpi.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// The types and constants of Open MPI's mpi.h that are used, in its binary interface.
typedef void *handle;
enum { THREAD_SERIALIZED = 2, SUCCESS = 0, UNDEFINED = -32766, TAG = 7117 };
// No error code of MPI is negative.
enum { NO_THREADS = -1 };
static void *const STATUS_IGNORE = NULL;

typedef struct {
  int (*Get_library_version)(char *, int *);
  int (*Init_thread)(int *, char ***, int, int *);
  int (*Comm_rank)(handle, int *);
  int (*Comm_size)(handle, int *);
  int (*Comm_set_errhandler)(handle, handle);
  int (*Isend)(const void *, int, handle, int, int, handle, handle *);
  int (*Irecv)(void *, int, handle, int, int, handle, handle *);
  int (*Iallgather)(const void *, int, handle, void *, int, handle, handle, handle *);
  int (*Ibarrier)(handle, handle *);
  int (*Testsome)(int, handle *, int *, int *, void *);
  int (*Error_string)(int, char *, int *);
  int (*Abort)(handle, int);
  int (*Finalize)(void);
  handle world, errors_return, byte, single, request_null;
} functions;

// What was loaded first.
static functions mpi;
static int is_loaded;

static const char *find(void *library, const char *name, void *target) {
  void *found = dlsym(library, name);
  // A function's address by way of an object's, as POSIX has it for dlsym.
  memcpy(target, &found, sizeof found);
  return found ? NULL : name;
}

// The name of what is missing, or null.
static const char *find_all(void *library, functions *found) {
  const struct {
    const char *name;
    void *target;
  } symbols[] = {
      {"MPI_Init_thread", &found->Init_thread},
      {"MPI_Comm_rank", &found->Comm_rank},
      {"MPI_Comm_size", &found->Comm_size},
      {"MPI_Comm_set_errhandler", &found->Comm_set_errhandler},
      {"MPI_Isend", &found->Isend},
      {"MPI_Irecv", &found->Irecv},
      {"MPI_Iallgather", &found->Iallgather},
      {"MPI_Ibarrier", &found->Ibarrier},
      {"MPI_Testsome", &found->Testsome},
      {"MPI_Error_string", &found->Error_string},
      {"MPI_Abort", &found->Abort},
      {"MPI_Finalize", &found->Finalize},
      {"ompi_mpi_comm_world", &found->world},
      {"ompi_mpi_errors_return", &found->errors_return},
      {"ompi_mpi_byte", &found->byte},
      {"ompi_mpi_float", &found->single},
      {"ompi_request_null", &found->request_null},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    const char *missing = find(library, symbols[i].name, symbols[i].target);
    if (missing) return missing;
  }
  return NULL;
}

rm_loading rm_load(const char *name, char *text) {
  text[0] = 0;
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    snprintf(text, RM_TEXT_CAPACITY, "%s", why ? why : name);
    return RM_ABSENT;
  }
  functions found = {0};
  rm_loading result = RM_INCOMPLETE;
  const char *missing = find(library, "MPI_Get_library_version", &found.Get_library_version);
  if (!missing) {
    // Versions of other MPIs may take a few kilobytes (MPICH: 8192).
    static char version[1 << 14];
    int length = 0;
    found.Get_library_version(version, &length);
    version[strcspn(version, "\n")] = 0;
    snprintf(text, RM_TEXT_CAPACITY, "%s", version);
    result = strncmp(version, "Open MPI", 8) ? RM_FOREIGN : RM_LOADED;
    if (result == RM_LOADED) missing = find_all(library, &found);
  }
  if (missing) {
    snprintf(text, RM_TEXT_CAPACITY, "%s has no %s", name, missing);
    result = RM_INCOMPLETE;
  }
  if (result != RM_LOADED) {
    dlclose(library);
  } else if (!is_loaded) {
    // Open MPI's plug-ins look for its symbols among the global ones.
    dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    mpi = found;
    is_loaded = 1;
  }
  return result;
}

int rm_start(int *rank, int *size) {
  int provided = 0;
  int error = mpi.Init_thread(NULL, NULL, THREAD_SERIALIZED, &provided);
  if (error) return error;
  if (provided < THREAD_SERIALIZED) return NO_THREADS;
  error = mpi.Comm_set_errhandler(mpi.world, mpi.errors_return);
  if (!error) error = mpi.Comm_rank(mpi.world, rank);
  return error ? error : mpi.Comm_size(mpi.world, size);
}

static handle type_handle(rm_type type) { return type == RM_FLOATS ? mpi.single : mpi.byte; }

int rm_send(const void *values, int count, rm_type type, int to, rm_request *request) {
  return mpi.Isend(values, count, type_handle(type), to, TAG, mpi.world, (handle *)request);
}

int rm_receive(void *values, int count, rm_type type, int from, rm_request *request) {
  return mpi.Irecv(values, count, type_handle(type), from, TAG, mpi.world, (handle *)request);
}

int rm_gather(const void *bytes, int count, void *all, rm_request *request) {
  return mpi.Iallgather(bytes, count, mpi.byte, all, count, mpi.byte, mpi.world, (handle *)request);
}

int rm_barrier(rm_request *request) { return mpi.Ibarrier(mpi.world, (handle *)request); }

int rm_test(rm_request *requests, int count, int *completed) {
  // MPI writes the places of what is done; in pieces, as nobody needs them.
  enum { PIECE = 256 };
  int places[PIECE];
  handle piece[PIECE];
  *completed = -1;
  for (int start = 0; start < count; start += PIECE) {
    const int width = count - start < PIECE ? count - start : PIECE;
    for (int i = 0; i < width; i++)
      piece[i] = requests[start + i] ? (handle)requests[start + i] : mpi.request_null;
    int done = 0;
    const int error = mpi.Testsome(width, piece, &done, places, STATUS_IGNORE);
    for (int i = 0; i < width; i++)
      requests[start + i] = piece[i] == mpi.request_null ? 0 : (rm_request)piece[i];
    if (error) return error;
    if (done != UNDEFINED) *completed = (*completed < 0 ? 0 : *completed) + done;
  }
  return SUCCESS;
}

int rm_finish(void) { return mpi.Finalize(); }

void rm_abort(int code) { mpi.Abort(mpi.world, code); }

void rm_error_text(int error, char *text) {
  int length = 0;
  text[0] = 0;
  // MPI_MAX_ERROR_STRING is 256.
  if (error == NO_THREADS)
    snprintf(text, RM_TEXT_CAPACITY, "this Open MPI was built without support for threads");
  else if (is_loaded) mpi.Error_string(error, text, &length);
  if (!text[0]) snprintf(text, RM_TEXT_CAPACITY, "error %d", error);
}
