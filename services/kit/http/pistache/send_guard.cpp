// Guard against Pistache 0.0.5 spinning on EAGAIN (README.md, defect 3): a client that does not read its
// response keeps its reactor in a loop around send(), and with it every other client of that reactor.
//
// Our own answers do not go through Pistache's queue, so this is the second line: it holds for whatever
// Pistache itself may send. On a reactor's thread a send() that would block waits a short time for room, and
// then the connection is cut. All waits of a thread together take at most a quarter of its time: a crowd of
// slow readers is cut at once. Other threads' send() (database, broker, other libraries) is left as it is.
#include "services/kit/http/pistache/guards.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace kit::http::guard {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds longest_wait{50};

thread_local bool reactor_thread = false;
thread_local Clock::time_point patience_from{};

/// How long this thread may wait now: a quarter of the time since its last wait, at most `longest_wait`.
milliseconds patience() {
  const auto earned = std::chrono::duration_cast<milliseconds>(Clock::now() - patience_from) / 4;
  return std::clamp(earned, milliseconds(0), longest_wait);
}

}  // namespace

void enter_reactor() { reactor_thread = true; }

bool on_reactor() { return reactor_thread; }

bool wait_for_room(int fd) {
  const auto wait = patience();
  if (wait.count() == 0) return false;
  pollfd room{fd, POLLOUT, 0};
  const bool ready = poll(&room, 1, static_cast<int>(wait.count())) > 0 && (room.revents & POLLOUT) != 0;
  patience_from = Clock::now();
  return ready;
}

}  // namespace kit::http::guard

extern "C" ssize_t send(int fd, const void* data, size_t size, int flags) {
  using Send = ssize_t (*)(int, const void*, size_t, int);
  static const auto real = reinterpret_cast<Send>(dlsym(RTLD_NEXT, "send"));
  const ssize_t sent = real(fd, data, size, flags);
  if (sent >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK) || !kit::http::guard::on_reactor()) return sent;
  if (kit::http::guard::wait_for_room(fd)) {
    const ssize_t again = real(fd, data, size, flags);
    if (again >= 0) return again;
  }
  shutdown(fd, SHUT_RDWR);
  errno = EPIPE;
  return -1;
}
