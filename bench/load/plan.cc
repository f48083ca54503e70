#include "load/plan.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace playhead::load {
namespace {

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, &address, sizeof v6);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

// Part `index` of `whole` things shared as evenly as whole things can be.
template <class T>
T part_of(T whole, unsigned index, unsigned parts) {
  return whole / parts + (index < whole % parts ? 1 : 0);
}

}  // namespace

Result<Endpoint> resolve(std::string_view target, bool allow_remote) {
  if (target.starts_with("http://")) target.remove_prefix(7);
  if (target.ends_with('/')) target.remove_suffix(1);
  const auto colon = target.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == target.size()) {
    return fail("invalid-target", "The target must be HOST:PORT, as in 127.0.0.1:1842.");
  }
  std::string host(target.substr(0, colon));
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string port(target.substr(colon + 1));

  addrinfo hints{};
  hints.ai_family = AF_INET;  // a name such as localhost means IPv4 first, which is what servers listen on there
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    hints.ai_family = AF_INET6;
    if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
      return fail("invalid-target", "The target " + host + ":" + port + ": " + gai_strerror(error) + ".");
    }
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);

  Endpoint out;
  out.host = std::string(target);
  out.size = found->ai_addrlen;
  std::memcpy(&out.address, found->ai_addr, found->ai_addrlen);
  if (!allow_remote && !is_loopback(out.address)) {
    return fail("remote-target",
                "The target " + host + " is not this machine; --allow-remote puts load on it all the same.");
  }
  return out;
}

StreamPlan share_of(const StreamPlan& whole, unsigned index, unsigned threads) {
  StreamPlan out = whole;
  out.connections = std::max(1u, part_of(whole.connections, index, threads));
  out.rate = whole.rate / threads;
  out.limit = part_of(whole.limit, index, threads);
  if (whole.order == Sequence::Order::kRounds) {
    // Two threads never write the same user, so that positions and sequence numbers rise as a player's do.
    const auto from = whole.viewers.users * index / threads;
    const auto to = whole.viewers.users * (index + 1) / threads;
    out.viewers.first = whole.viewers.first + from;
    out.viewers.users = std::max<std::uint64_t>(1, to - from);
  }
  return out;
}

}  // namespace playhead::load
