#include "services/kit/threads/stop_signal.hpp"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace kit {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopSignal::~StopSignal() { ::close(event_); }

void StopSignal::stop() {
  stopped_ = true;
  ::eventfd_write(event_, 1);  // never read: it stays readable
}

void StopSignal::wait(std::chrono::milliseconds time, std::initializer_list<int> sockets) const {
  std::array<pollfd, 4> fds{};
  fds[0] = {event_, POLLIN, 0};
  nfds_t count = 1;
  for (int socket : sockets) {
    if (count < fds.size()) fds[count++] = {socket, POLLIN, 0};
  }
  ::poll(fds.data(), count, static_cast<int>(time.count()));
}

}  // namespace kit
