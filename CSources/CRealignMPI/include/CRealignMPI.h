// Open MPI without its headers and without linking it, and what ranks need of the system besides.
//
// rm_mpi.h: the library, loaded at run time; rm_datagram.h: heartbeats between ranks;
// rm_host.h: which processors a rank may use, which RDMA devices there are.
#ifndef CREALIGNMPI_H
#define CREALIGNMPI_H

#include "rm_datagram.h"
#include "rm_host.h"
#include "rm_mpi.h"

#endif
