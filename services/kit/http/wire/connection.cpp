#include "services/kit/http/wire/connection.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace kit::http {
namespace {

constexpr std::size_t max_pipelined = 64 * 1024;
constexpr std::size_t max_discarded = 16 * 1024 * 1024;

}  // namespace

std::shared_ptr<Connection> Connection::open(int fd, std::string address,
                                             std::shared_ptr<ConnectionHost> host,
                                             const ConnectionLimits& limits) {
  const int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (own < 0) return nullptr;
  const int on = 1;
  setsockopt(own, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return std::shared_ptr<Connection>(new Connection(own, std::move(address), std::move(host), limits));
}

Connection::Connection(int fd, std::string address, std::shared_ptr<ConnectionHost> host,
                       const ConnectionLimits& limits)
    : fd_(fd),
      address_(std::move(address)),
      host_(std::move(host)),
      limits_(limits),
      reader_(limits.reader) {}

Connection::~Connection() {
  host_->hold(-static_cast<std::ptrdiff_t>(held_));
  close(fd_);
  host_->closed();
}

void Connection::enter(State state) {
  state_ = state;
  since_ = Clock::now();
}

void Connection::account() {
  const auto held = reader_.held();
  const auto more = static_cast<std::ptrdiff_t>(held) - static_cast<std::ptrdiff_t>(held_);
  held_ = held;
  if (more == 0 || host_->hold(more) || more < 0) return;
  cut();
}

void Connection::on_bytes(std::string_view bytes) {
  Lock lock(lock_);
  if (state_ == State::Closed || state_ == State::Streaming) return;
  if (state_ == State::Lingering) {
    discarded_ += bytes.size();
    if (discarded_ > max_discarded) cut();
    return;
  }
  if (state_ != State::Reading && reader_.held() + bytes.size() > max_pipelined) return cut();
  reader_.feed(bytes);
  account();
  pump(lock);
  account();
}

void Connection::on_hangup() {
  Lock lock(lock_);
  hung_up_ = true;
  // A client may close only its sending side; it still gets its responses.
  if (state_ == State::Reading || state_ == State::Lingering || state_ == State::Streaming) cut();
}

/// Starts the next request that was read while none is under way. Called again after each response; runs on
/// one thread at a time.
void Connection::pump(Lock& lock) {
  if (pumping_) return;
  pumping_ = true;
  while (state_ == State::Reading) {
    auto result = reader_.next();
    if (std::holds_alternative<RequestReader::NeedMore>(result)) {
      const bool receiving = !reader_.idle();
      if (receiving && !receiving_) since_ = Clock::now();
      receiving_ = receiving;
      if (hung_up_)
        cut();
      else if (closing_ && !receiving)
        linger();
      break;
    }
    if (std::holds_alternative<RequestReader::WantsContinue>(result)) {
      if (!write("HTTP/1.1 100 Continue\r\n\r\n")) break;
    } else if (const auto* error = std::get_if<FramingError>(&result)) {
      refuse(lock, *error);
    } else {
      receiving_ = false;
      served_ = true;
      enter(State::Busy);
      const auto self = shared_from_this();
      lock.unlock();
      host_->on_request(self, std::get<RawRequest>(std::move(result)));
      lock.lock();
    }
  }
  pumping_ = false;
}

void Connection::refuse(Lock& lock, const FramingError& error) {
  enter(State::Busy);
  lock.unlock();
  const auto bytes = host_->refusal(error);
  lock.lock();
  if (state_ != State::Busy) return;
  keep_ = false;
  if (write(bytes) && out_.empty()) sent();
}

void Connection::set_pending(std::shared_ptr<Pending> pending) {
  const Lock lock(lock_);
  if (state_ == State::Busy) pending_ = std::move(pending);
}

void Connection::answer(std::string_view bytes, bool keep) {
  Lock lock(lock_);
  const auto pending = std::move(pending_);
  if (state_ != State::Busy) return;
  keep_ = keep && !closing_;
  if (write(bytes) && out_.empty()) sent();
  pump(lock);
  account();
}

/// Sends or buffers; returns false when the client is gone.
bool Connection::write(std::string_view bytes) {
  if (out_.empty() && !push(bytes)) {
    cut();
    return false;
  }
  if (bytes.empty()) return true;
  const bool watched = !out_.empty();
  out_ += bytes;
  if (state_ == State::Busy) enter(State::Sending);
  if (!watched) host_->watch(shared_from_this());
  return true;
}

/// Sends what there is room for and removes it from `bytes`; returns false when the client is gone.
bool Connection::push(std::string_view& bytes) {
  while (!bytes.empty()) {
    iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const ssize_t done = sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

/// A response was sent completely.
void Connection::sent() {
  if (keep_)
    enter(State::Reading);
  else
    linger();
}

/// Shuts down our side and waits for the client's: closing with unread bytes would discard the response in
/// transit.
void Connection::linger() {
  if (hung_up_) return cut();
  enter(State::Lingering);
  shutdown(fd_, SHUT_WR);
}

/// The reactor sees the end of the stream, and Pistache releases the client.
void Connection::cut() {
  if (state_ == State::Closed) return;
  enter(State::Closed);
  std::string().swap(out_);
  shutdown(fd_, SHUT_RDWR);
}

bool Connection::on_writable() {
  Lock lock(lock_);
  if (out_.empty()) return false;
  std::string_view rest = out_;
  if (!push(rest)) {
    cut();
    return false;
  }
  if (rest.size() < out_.size()) since_ = Clock::now();
  out_.erase(0, out_.size() - rest.size());
  if (!out_.empty()) return true;
  if (state_ == State::Sending) {
    sent();
    pump(lock);
    account();
  }
  return false;
}

bool Connection::abandoned() {
  {
    const Lock lock(lock_);
    if (state_ == State::Closed) return true;
    if (!hung_up_) return false;
  }
  // The client has shut down its side. After a reset it cannot read a response either.
  pollfd state{fd_, 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

void Connection::sweep(Clock::time_point now) {
  Lock lock(lock_);
  const auto quiet = now - since_;
  switch (state_) {
    case State::Reading:
      if (!receiving_ && quiet > limits_.idle) linger();
      if (receiving_ && quiet > limits_.receive + std::chrono::seconds(reader_.received() / 65536))
        refuse(lock, {408, "Request timeout", "The request did not arrive in time."});
      break;
    case State::Sending:
      if (quiet > limits_.stall) cut();
      break;
    case State::Streaming:
      if (!out_.empty() && quiet > limits_.stall) {
        cut();
      } else if (now - stream_began_ > limits_.stream) {
        linger();
      } else if (out_.empty() && quiet > limits_.heartbeat) {
        since_ = now;
        write(":\n\n");
      }
      break;
    case State::Lingering:
      if (quiet > limits_.linger) cut();
      break;
    case State::Busy:
      if (const auto pending = pending_) {
        lock.unlock();
        pending->check(now);
      }
      break;
    case State::Closed:
      break;
  }
}

/// Just accepted: its first request is still in transit.
bool Connection::fresh() const { return !served_ && Clock::now() - since_ < std::chrono::milliseconds(200); }

bool Connection::shut(bool now) {
  const Lock lock(lock_);
  closing_ = true;
  const bool owed = receiving_ || state_ == State::Busy || state_ == State::Sending;
  if (now)
    cut();
  else if (state_ == State::Streaming || (state_ == State::Reading && !receiving_ && !fresh()))
    linger();
  return owed;
}

}  // namespace kit::http
