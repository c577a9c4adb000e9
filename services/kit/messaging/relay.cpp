#include "services/kit/health/status.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/outbox_session.hpp"
#include "services/kit/messaging/poll_schedule.hpp"
#include "services/kit/messaging/publisher.hpp"
#include "services/kit/threads/stop_signal.hpp"
#include "services/kit/time/backoff.hpp"

#include <thread>

namespace kit::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int BATCH = 200;
constexpr auto SLEEP_RETRY = milliseconds(5);
constexpr auto IDLE = seconds(1);  ///< the longest wait, because of heartbeats, gauges and the lock
constexpr auto GAUGES_EVERY = seconds(5);
constexpr auto PRUNE_EVERY = std::chrono::minutes(10);
constexpr auto GRACE = milliseconds(800);  ///< for outstanding confirms when stopped

}  // namespace

class Relay::Impl {
 public:
  Impl(const std::string& url, BrokerOptions broker, Metrics& metrics, std::vector<ConsumerQueue> queues)
      : url_(url),
        broker_(std::move(broker)),
        queues_(std::move(queues)),
        pending_(metrics.gauge("outbox_pending", "Events that are to be published.")),
        oldest_(metrics.gauge("outbox_oldest_seconds", "Age of the oldest event that is to be published.")),
        metrics_(metrics),
        unroutable_(metrics.counter("outbox_unroutable_total",
                                    "Publications for which no queue of a consumed type was bound.")),
        failures_(metrics.counter("outbox_relay_failures_total",
                                  "Times that the relay lost the broker or the database.")) {
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    stop_.stop();
    thread_.join();
  }

  std::string probe() const { return status_.text(); }

 private:
  void run();
  void step();
  void measure_and_prune();
  std::size_t relay_batch();
  void publish(PublishBatch& batch);
  void count(const PublishBatch& batch);
  void wait_for_more(std::size_t relayed);
  void failed(const char* what, const std::exception& error);

  const std::string url_;
  const BrokerOptions broker_;
  const std::vector<ConsumerQueue> queues_;
  prometheus::Gauge& pending_;
  prometheus::Gauge& oldest_;
  Metrics& metrics_;
  prometheus::Counter& unroutable_;
  prometheus::Counter& failures_;
  StopSignal stop_;
  Status status_{"connecting"};
  // Used by the thread only:
  std::unique_ptr<OutboxSession> session_;
  std::unique_ptr<Publisher> publisher_;
  Backoff backoff_{milliseconds(100), seconds(5)};
  PollSchedule schedule_;
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
  status_.set(std::string(what) + " cannot be reached");
  failures_.Increment();
  const auto pause = backoff_.next();
  log::warn("relay interrupted", {{"lost", what}, {"error", error.what()}, {"again_in_ms", pause.count()}});
  try {
    // Another replica may still reach the broker; the gauges matter most during an outage.
    if (session_) session_->step_down();
    if (session_) measure_and_prune();
  } catch (const std::exception&) {
    session_.reset();
  }
  stop_.wait(pause);
}

void Relay::Impl::step() {
  if (!session_) session_ = std::make_unique<OutboxSession>(url_);
  measure_and_prune();
  if (!publisher_) publisher_ = std::make_unique<Publisher>(broker_, queues_, unroutable_);
  publisher_->idle();
  if (!session_->lead()) {
    status_.set("");
    backoff_.reset();
    stop_.wait(IDLE, {publisher_->socket()});
    return;
  }
  const std::size_t relayed = relay_batch();
  status_.set("");
  backoff_.reset();
  wait_for_more(relayed);
}

void Relay::Impl::measure_and_prune() {
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

/// Returns how many rows were published and deleted.
std::size_t Relay::Impl::relay_batch() {
  PublishBatch batch(session_->oldest(BATCH));
  try {
    publish(batch);
  } catch (const BrokerError&) {
    session_->remove(batch.delivered());  // so that confirmed rows are not published twice
    count(batch);
    throw;
  }
  session_->remove(batch.delivered());
  count(batch);
  if (batch.refused()) throw BrokerError("the broker refused an event");
  return batch.delivered().size();
}

/// Types are constants of our programs, so the number of series is bounded.
void Relay::Impl::count(const PublishBatch& batch) {
  for (const auto& [type, count] : batch.delivered_types())
    metrics_.counter("outbox_published_total", "Events that the broker has confirmed.", {{"type", type}})
        .Increment(count);
}

void Relay::Impl::publish(PublishBatch& batch) {
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

void Relay::Impl::wait_for_more(std::size_t relayed) {
  const auto next = schedule_.after(relayed, BATCH);
  if (schedule_.busy()) session_->wake();
  if (next == PollSchedule::Next::AtOnce) return;
  if (next == PollSchedule::Next::AfterInterval) return stop_.wait(PollSchedule::INTERVAL);
  if (!session_->asleep()) {
    if (!session_->sleep()) stop_.wait(SLEEP_RETRY);
    return;  // polls once more for rows that were written without NOTIFY
  }
  // A notification may have arrived with the result of a query; the socket does not show it.
  if (session_->take_notifications() > 0) return;
  stop_.wait(IDLE, {session_->socket(), publisher_->socket()});
  session_->take_notifications();
}

Relay::Relay(db::Database& database, BrokerOptions broker, Metrics& metrics,
             std::vector<ConsumerQueue> queues)
    : impl_(std::make_unique<Impl>(database.options().url, std::move(broker), metrics, std::move(queues))) {}

Relay::~Relay() = default;

std::string Relay::probe() const { return impl_->probe(); }

}  // namespace kit::messaging
