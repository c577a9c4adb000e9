#include "services/kit/http/wire/connection_sweeper.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace kit::http {
namespace {

constexpr std::chrono::milliseconds interval{100};

int checked(int fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "connection sweeper");
  return fd;
}

}  // namespace

ConnectionSweeper::ConnectionSweeper()
    : epoll_(checked(epoll_create1(EPOLL_CLOEXEC))), wake_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { work(); });
  pthread_setname_np(thread_.native_handle(), "http-sweeper");
}

ConnectionSweeper::~ConnectionSweeper() {
  stop();
  close(wake_);
  close(epoll_);
}

void ConnectionSweeper::stop() {
  stopping_ = true;
  eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  const std::lock_guard guard(lock_);
  watched_.clear();
}

void ConnectionSweeper::add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard guard(lock_);
  all_.push_back(connection);
}

void ConnectionSweeper::watch(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard guard(lock_);
  // The connection owns the descriptor, so its number identifies it.
  if (stopping_ || !watched_.emplace(connection->fd(), connection).second) return;
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.fd = connection->fd();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd(), &event) != 0) watched_.erase(connection->fd());
}

std::vector<std::shared_ptr<Connection>> ConnectionSweeper::connections() {
  std::vector<std::shared_ptr<Connection>> out;
  const std::lock_guard guard(lock_);
  std::erase_if(all_, [&](const auto& weak) {
    auto strong = weak.lock();
    if (!strong) return true;
    out.push_back(std::move(strong));
    return false;
  });
  return out;
}

void ConnectionSweeper::work() {
  auto next_sweep = Connection::Clock::now() + interval;
  while (!stopping_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_sweep - Connection::Clock::now());
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count()));
    for (int i = 0; i < count; ++i)
      if (const int fd = events[static_cast<std::size_t>(i)].data.fd; fd != wake_) writable(fd);
    if (Connection::Clock::now() >= next_sweep) {
      sweep();
      next_sweep = Connection::Clock::now() + interval;
    }
  }
}

void ConnectionSweeper::sweep() {
  const auto now = Connection::Clock::now();
  for (const auto& connection : connections()) connection->sweep(now);
}

void ConnectionSweeper::writable(int fd) {
  std::shared_ptr<Connection> connection;
  {
    const std::lock_guard guard(lock_);
    const auto found = watched_.find(fd);
    if (found == watched_.end()) return;
    connection = found->second;
    // Removed before the call, which may buffer more output and watch again.
    epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(found);
  }
  if (connection->on_writable()) watch(connection);
}

}  // namespace kit::http
