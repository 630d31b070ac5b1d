#define _GNU_SOURCE
#include "include/rm_datagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} socket_address;

static int family_of(int descriptor) {
  socket_address own;
  socklen_t length = sizeof own;
  return getsockname(descriptor, &own.any, &length) ? AF_UNSPEC : own.any.sa_family;
}

// The bytes of an address, mapped where it is one of IPv4.
static void store(const struct sockaddr *source, uint8_t *address) {
  if (source->sa_family == AF_INET) {
    memcpy(address, mapped_prefix, 12);
    memcpy(address + 12, &((const struct sockaddr_in *)source)->sin_addr, 4);
  } else {
    memcpy(address, &((const struct sockaddr_in6 *)source)->sin6_addr, 16);
  }
}

static int open_family(int family, uint16_t *port) {
  const int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  const int off = 0;
  socket_address own = {0};
  own.any.sa_family = (sa_family_t)family;
  socklen_t length = family == AF_INET6 ? sizeof own.v6 : sizeof own.v4;
  if ((family == AF_INET6 &&
       setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off)) ||
      bind(descriptor, &own.any, length) || getsockname(descriptor, &own.any, &length)) {
    const int error = errno;
    close(descriptor);
    return -error;
  }
  *port = ntohs(family == AF_INET6 ? own.v6.sin6_port : own.v4.sin_port);
  return descriptor;
}

int rm_datagram_open(uint16_t *port) {
  // Systems without IPv6 refuse the first.
  const int descriptor = open_family(AF_INET6, port);
  return descriptor >= 0 ? descriptor : open_family(AF_INET, port);
}

int rm_datagram_send(int descriptor, const rm_endpoint *to, const uint8_t *bytes, int count) {
  socket_address target = {0};
  socklen_t length = sizeof target.v6;
  if (family_of(descriptor) == AF_INET6) {
    target.v6.sin6_family = AF_INET6;
    target.v6.sin6_port = htons(to->port);
    memcpy(&target.v6.sin6_addr, to->address, 16);
  } else {
    if (memcmp(to->address, mapped_prefix, 12)) return -EAFNOSUPPORT;
    length = sizeof target.v4;
    target.v4.sin_family = AF_INET;
    target.v4.sin_port = htons(to->port);
    memcpy(&target.v4.sin_addr, to->address + 12, 4);
  }
  const ssize_t sent = sendto(descriptor, bytes, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL,
                              &target.any, length);
  return sent < 0 ? -errno : 0;
}

int rm_datagram_receive(int descriptor, int milliseconds, uint8_t *bytes, int capacity,
                        rm_endpoint *from) {
  struct pollfd waited = {.fd = descriptor, .events = POLLIN};
  if (poll(&waited, 1, milliseconds) <= 0) return -1;
  socket_address source = {0};
  socklen_t length = sizeof source;
  const ssize_t received =
      recvfrom(descriptor, bytes, (size_t)capacity, MSG_DONTWAIT, &source.any, &length);
  if (received < 0) return -1;
  store(&source.any, from->address);
  from->port = ntohs(source.any.sa_family == AF_INET6 ? source.v6.sin6_port : source.v4.sin_port);
  return (int)received;
}

int rm_datagram_addresses(rm_address *addresses, int capacity) {
  struct ifaddrs *all = NULL;
  if (getifaddrs(&all)) return 0;
  int count = 0;
  for (const struct ifaddrs *one = all; one && count < capacity; one = one->ifa_next) {
    const unsigned flags = one->ifa_flags;
    if (!one->ifa_addr || !(flags & IFF_UP) || (flags & IFF_LOOPBACK)) continue;
    const int family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    if (family == AF_INET6 &&
        IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)one->ifa_addr)->sin6_addr))
      continue;
    rm_address *address = addresses + count++;
    memset(address, 0, sizeof *address);
    strncpy(address->interface, one->ifa_name, sizeof address->interface - 1);
    store(one->ifa_addr, address->address);
  }
  freeifaddrs(all);
  return count;
}
