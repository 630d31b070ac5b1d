// Datagrams (UDP) over IPv6 and IPv4, the latter as mapped addresses (RFC 4291, 2.5.5.2).
#ifndef RM_DATAGRAM_H
#define RM_DATAGRAM_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Where datagrams go and come from.
typedef struct {
  uint8_t address[16];
  uint16_t port;  ///< in the order of this processor's bytes
} rm_endpoint;

/// An address of this host.
typedef struct {
  char interface[16];
  uint8_t address[16];
} rm_address;

/// Opens a socket on a free port of all addresses; the descriptor, or -errno.
int rm_datagram_open(uint16_t *port);

/// Sends count bytes without waiting; 0, or -errno.
int rm_datagram_send(int descriptor, const rm_endpoint *to, const uint8_t *bytes, int count);

/// Waits for a datagram at most some milliseconds; its length, or -1 when there is none.
///
/// Longer ones are cut to capacity.
int rm_datagram_receive(int descriptor, int milliseconds, uint8_t *bytes, int capacity,
                        rm_endpoint *from);

/// Addresses of interfaces that are up, without loopback and link-local ones; how many.
int rm_datagram_addresses(rm_address *addresses, int capacity);

#pragma clang assume_nonnull end

#endif
