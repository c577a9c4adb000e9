#include "services/kit/log/log.hpp"
#include "services/kit/messaging/outbox_session.hpp"
#include "services/kit/messaging/pace.hpp"
#include "services/kit/messaging/publisher.hpp"
#include "services/kit/threads/stop_signal.hpp"
#include "services/kit/time/backoff.hpp"

#include <mutex>
#include <thread>

namespace kit::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int BATCH = 200;
constexpr auto LOOK_AGAIN = milliseconds(5);
constexpr auto IDLE =
    seconds(1);  ///< the longest wait: heartbeats, gauges and another's lock want looking after
constexpr auto GAUGES_EVERY = seconds(5);
constexpr auto PRUNE_EVERY = std::chrono::minutes(10);
constexpr auto GRACE = milliseconds(800);  ///< for confirms that are due when we are stopped

}  // namespace

class Relay::Impl {
 public:
  Impl(const std::string& url, BrokerOptions broker, Metrics& metrics, std::vector<Reader> readers)
      : url_(url),
        broker_(std::move(broker)),
        readers_(std::move(readers)),
        pending_(metrics.gauge("outbox_pending", "Events that wait to be published.")),
        oldest_(
            metrics.gauge("outbox_oldest_seconds", "Age of the event that waits longest to be published.")),
        metrics_(metrics),
        unroutable_(metrics.counter("outbox_unroutable_total",
                                    "Times that no queue was bound for an event that a service reads.")),
        failures_(
            metrics.counter("outbox_relay_failures_total", "Times that the relay lost broker or database.")) {
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    stop_.stop();
    thread_.join();
  }

  std::string probe() const {
    std::lock_guard guard(lock_);
    return state_;
  }

 private:
  void run();
  void step();
  void look_after();
  std::size_t relay_batch();
  void publish(Batch& batch);
  void count(const Batch& batch);
  void rest(std::size_t relayed);
  void failed(const char* what, const std::exception& error);
  void say(std::string state) {
    std::lock_guard guard(lock_);
    state_ = std::move(state);
  }

  const std::string url_;
  const BrokerOptions broker_;
  const std::vector<Reader> readers_;
  prometheus::Gauge& pending_;
  prometheus::Gauge& oldest_;
  Metrics& metrics_;
  prometheus::Counter& unroutable_;
  prometheus::Counter& failures_;
  StopSignal stop_;
  mutable std::mutex lock_;
  std::string state_ = "connecting";
  // Of the thread alone:
  std::unique_ptr<OutboxSession> session_;
  std::unique_ptr<Publisher> publisher_;
  Backoff backoff_{milliseconds(100), seconds(5)};
  Pace pace_;
  Clock::time_point gauges_due_{};
  Clock::time_point prune_due_ = Clock::now() + seconds(30);
  std::thread thread_;
};

void Relay::Impl::run() {
  while (!stop_.stopped()) {
    try {
      step();
    } catch (const BrokerError& error) {
      publisher_.reset();
      failed("the broker", error);
    } catch (const std::invalid_argument& error) {
      publisher_.reset();
      failed("the broker", error);
    } catch (const std::exception& error) {
      session_.reset();
      failed("the database", error);
    }
  }
}

void Relay::Impl::failed(const char* what, const std::exception& error) {
  say(std::string(what) + " cannot be reached");
  failures_.Increment();
  const auto pause = backoff_.next();
  log::warn("relay interrupted", {{"lost", what}, {"error", error.what()}, {"again_in_ms", pause.count()}});
  try {
    // Another replica may still reach the broker. And how much waits is to be seen above all now.
    if (session_) session_->step_down();
    if (session_) look_after();
  } catch (const std::exception&) {
    session_.reset();
  }
  stop_.wait(pause);
}

void Relay::Impl::step() {
  if (!session_) session_ = std::make_unique<OutboxSession>(url_);
  look_after();
  if (!publisher_) publisher_ = std::make_unique<Publisher>(broker_, readers_, unroutable_);
  publisher_->idle();
  if (!session_->lead()) {
    say("");
    backoff_.reset();
    stop_.wait(IDLE, {publisher_->socket()});
    return;
  }
  const std::size_t relayed = relay_batch();
  say("");
  backoff_.reset();
  rest(relayed);
}

void Relay::Impl::look_after() {
  const auto now = Clock::now();
  if (now >= gauges_due_) {
    const auto backlog = session_->backlog();
    pending_.Set(backlog.count);
    oldest_.Set(backlog.oldest_s);
    gauges_due_ = now + GAUGES_EVERY;
  }
  if (now >= prune_due_ && session_->leading()) {
    prune_due_ = now + (session_->prune_inbox() ? milliseconds(IDLE) : milliseconds(PRUNE_EVERY));
  }
}

/// How many rows left the outbox.
std::size_t Relay::Impl::relay_batch() {
  Batch batch(session_->oldest(BATCH));
  try {
    publish(batch);
  } catch (const BrokerError&) {
    session_->remove(batch.delivered());  // what was confirmed before need not go twice
    count(batch);
    throw;
  }
  session_->remove(batch.delivered());
  count(batch);
  if (batch.refused()) throw BrokerError("the broker refused an event");
  return batch.delivered().size();
}

/// Types are words of our own programs, so there are only so many.
void Relay::Impl::count(const Batch& batch) {
  for (const auto& [type, count] : batch.delivered_types())
    metrics_.counter("outbox_published_total", "Events that the broker has confirmed.", {{"type", type}})
        .Increment(count);
}

void Relay::Impl::publish(Batch& batch) {
  auto progress = Clock::now();
  for (;;) {
    if (batch.next()) {
      const Publisher::Together together(*publisher_);
      while (!stop_.stopped() && batch.next()) batch.sent(publisher_->publish(*batch.next()));
    }
    if (!batch.waiting()) return;
    if (const auto confirm = publisher_->next_confirm(milliseconds(100))) {
      batch.confirmed(confirm->tag, confirm->multiple, confirm->accepted);
      progress = Clock::now();
      continue;
    }
    const auto waited = Clock::now() - progress;
    if (waited > broker_.timeout) throw BrokerError("no confirm in time");
    if (stop_.stopped() && waited > GRACE) return;
  }
}

/// Waits for more to do.
void Relay::Impl::rest(std::size_t relayed) {
  const auto next = pace_.after(relayed, BATCH);
  if (pace_.busy()) session_->wake();
  if (next == Pace::Next::AtOnce) return;
  if (next == Pace::Next::Linger) return stop_.wait(Pace::LINGER);
  if (!session_->asleep()) {
    if (!session_->sleep()) stop_.wait(LOOK_AGAIN);
    return;  // once more: what was written while writers did not notify
  }
  // A notification may have come in with the answer to a query: the socket says nothing of it any more.
  if (session_->take_notifications() > 0) return;
  stop_.wait(IDLE, {session_->socket(), publisher_->socket()});
  session_->take_notifications();
}

Relay::Relay(db::Database& database, BrokerOptions broker, Metrics& metrics, std::vector<Reader> readers)
    : impl_(std::make_unique<Impl>(database.options().url, std::move(broker), metrics, std::move(readers))) {}

Relay::~Relay() = default;

std::string Relay::probe() const { return impl_->probe(); }

}  // namespace kit::messaging
