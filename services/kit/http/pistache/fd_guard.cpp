// Guard against Pistache 0.0.5 handing one client's response to another (README.md, defect 1).
//
// Pistache names a connection by its descriptor's number everywhere: in its table of peers, its queues of
// writes, its events. The kernel gives out the lowest free number, so the next client gets the number of the
// one that has just left, and with it whatever was still under way for that number. accept4 and accept are
// interposed so that accepted sockets take numbers that go round a window of their own: a number comes back
// only after the whole window has been used. The rotation also spreads connections over the reactors, which
// Pistache picks by the number.
//
// The window is the upper half of what the limit allows (all else in the process keeps the low numbers, and
// select()'s 1024 stay reachable); the soft limit is raised towards 65536 where the hard one permits. Where
// the limit is small the window is small, but never empty: 64 descriptors leave 32 numbers. When no number
// above the cursor is free the search starts again at the window's floor; when the window is full the socket
// keeps its number: refusing the client would be worse.
#include "services/kit/http/pistache/fd_guard.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace kit::http::guard {
namespace {

std::atomic<unsigned> cursor{0};

Window measure() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {512, 1024};
  constexpr rlim_t wanted = 65536;
  if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  const rlim_t top = limit.rlim_cur < wanted ? limit.rlim_cur : wanted;
  return {static_cast<int>(top / 2), static_cast<int>(top)};
}

int accepted(int client, bool close_on_exec) {
  if (client < 0) {
    // Pistache polls its listening socket by level and would spin until descriptors are free again.
    const int error = errno;
    if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) poll(nullptr, 0, 10);
    errno = error;
    return client;
  }
  return move_into(window(), client, close_on_exec);
}

template <class Function>
Function next_in_line(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

Window window() {
  static const Window value = measure();
  return value;
}

int move_into(Window window, int client, bool close_on_exec) {
  const auto size = static_cast<unsigned>(window.end - window.begin);
  if (size == 0) return client;
  const int command = close_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD;
  const int floor = window.begin + static_cast<int>(cursor.fetch_add(1, std::memory_order_relaxed) % size);
  int moved = fcntl(client, command, floor);
  if (moved < 0 || moved >= window.end) {
    if (moved >= 0) close(moved);
    moved = fcntl(client, command, window.begin);
    if (moved >= window.end) {
      close(moved);
      moved = -1;
    }
  }
  if (moved < 0) return client;
  close(client);
  return moved;
}

}  // namespace kit::http::guard

extern "C" int accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
  using Accept4 = int (*)(int, sockaddr*, socklen_t*, int);
  static const auto real = kit::http::guard::next_in_line<Accept4>("accept4");
  return kit::http::guard::accepted(real(listener, address, length, flags), (flags & SOCK_CLOEXEC) != 0);
}

extern "C" int accept(int listener, sockaddr* address, socklen_t* length) {
  using Accept = int (*)(int, sockaddr*, socklen_t*);
  static const auto real = kit::http::guard::next_in_line<Accept>("accept");
  return kit::http::guard::accepted(real(listener, address, length), false);
}
