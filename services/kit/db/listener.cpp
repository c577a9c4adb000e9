#include "services/kit/db/listener.hpp"

#include "services/kit/db/connection.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/threads/stop_signal.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace kit::db {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr auto SIGN_OF_LIFE_EVERY = seconds(1);

template <class F, class... Args>
void call(const F& callback, const Args&... args) {
  if (!callback) return;
  try {
    callback(args...);
  } catch (const std::exception& error) {
    log::error("a listener's callback failed", {{"error", error.what()}});
  }
}

SessionSettings settings() {
  SessionSettings settings;
  settings.connect_timeout = seconds(2);
  settings.statement_timeout = seconds(5);
  return settings;
}

}  // namespace

class Listener::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {
    if (options_.channels.empty() || !options_.notified)
      throw std::invalid_argument("a listener needs a channel and a callback");
    if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    stop_.stop();
    {
      // Aborts a query that waits for a dead server.
      const std::lock_guard guard(lock_);
      if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    }
    thread_.join();
    ::close(wake_);
  }

  void wake() { ::eventfd_write(wake_, 1); }

  bool heard_within(milliseconds age) const {
    const auto heard = heard_.load();
    return heard != Clock::time_point::min() && Clock::now() - heard <= age;
  }

  std::string probe() const {
    return heard_within(seconds(5)) ? std::string() : std::string("not listening to the database");
  }

 private:
  class Receiver : public pqxx::notification_receiver {
   public:
    Receiver(pqxx::connection_base& connection, const std::string& channel, const Options& options)
        : pqxx::notification_receiver(connection, channel), options_(options) {}
    void operator()(const std::string& payload, int) override { call(options_.notified, channel(), payload); }

   private:
    const Options& options_;
  };

  void run();
  void session(Backoff& backoff);
  void listen(Connection& connection, Backoff& backoff);
  milliseconds work(Connection& connection);
  void show(int socket) {
    const std::lock_guard guard(lock_);
    socket_ = socket;
  }

  const Options options_;
  StopSignal stop_;
  const int wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::atomic<Clock::time_point> heard_{Clock::time_point::min()};
  std::mutex lock_;
  int socket_ = -1;
  std::thread thread_;
};

void Listener::Impl::run() {
  Backoff backoff(milliseconds(50), seconds(5));
  while (!stop_.stopped()) {
    try {
      session(backoff);
    } catch (const std::exception& error) {
      if (stop_.stopped()) return;
      const auto pause = backoff.next();
      log::warn("listener interrupted", {{"error", error.what()}, {"again_in_ms", pause.count()}});
      stop_.wait(pause);
    }
  }
}

/// Runs from connecting to the loss of the connection (an exception) or the stop.
void Listener::Impl::session(Backoff& backoff) {
  const auto connection = connect(options_.url, settings());
  /// Unregisters the connection before it closes, so that its descriptor cannot be reused meanwhile.
  struct Closing {
    Impl& impl;
    bool listening = false;
    ~Closing() {
      impl.show(-1);
      impl.heard_ = Clock::time_point::min();
      if (listening) call(impl.options_.lost);
    }
  } closing{*this};
  show(connection->pq().sock());
  std::vector<std::unique_ptr<Receiver>> receivers;
  for (const auto& channel : options_.channels)
    receivers.push_back(std::make_unique<Receiver>(connection->pq(), channel, options_));
  heard_ = Clock::now();
  closing.listening = true;
  call(options_.connected);
  listen(*connection, backoff);
}

void Listener::Impl::listen(Connection& connection, Backoff& backoff) {
  auto due = Clock::now();
  while (!stop_.stopped()) {
    const auto now = Clock::now();
    if (now >= due) {
      pqxx::nontransaction(connection.pq()).exec("select 1");
      connection.pq().get_notifs();  // notifications that arrived with the result
      heard_ = now;
      due = now + SIGN_OF_LIFE_EVERY;
      backoff.reset();
    }
    const auto wanted = work(connection);
    const auto left = std::min(wanted, std::chrono::ceil<milliseconds>(due - Clock::now()));
    stop_.wait(std::max(left, milliseconds(0)), {connection.pq().sock(), wake_});
    if (stop_.stopped()) return;
    eventfd_t count = 0;
    ::eventfd_read(wake_, &count);
    connection.pq().get_notifs();
  }
}

/// Notifications that arrived during work were read already, so they must be delivered before waiting.
milliseconds Listener::Impl::work(Connection& connection) {
  auto wanted = milliseconds(SIGN_OF_LIFE_EVERY);
  if (!options_.work) return wanted;
  do {
    wanted = options_.work(connection);
  } while (connection.pq().get_notifs() > 0 && !stop_.stopped());
  return wanted;
}

Listener::Listener(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Listener::~Listener() = default;

bool Listener::heard_within(milliseconds age) const { return impl_->heard_within(age); }

void Listener::wake() { impl_->wake(); }

std::string Listener::probe() const { return impl_->probe(); }

}  // namespace kit::db
