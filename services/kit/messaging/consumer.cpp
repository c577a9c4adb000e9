#include "services/kit/messaging/consumer.hpp"

#include "services/kit/db/connection.hpp"
#include "services/kit/health/status.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/delivery_batch.hpp"
#include "services/kit/messaging/subscription.hpp"
#include "services/kit/threads/stop_signal.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/trace/trace.hpp"

#include <thread>

namespace kit::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr auto IDLE = seconds(1);
constexpr auto HEARTBEAT_EVERY = seconds(BrokerConnection::HEARTBEAT_S / 2);
constexpr int PRECONDITION_FAILED = 406;
constexpr std::size_t MAX_TYPES =
    64;  ///< as metric labels; a faulty publisher must not add series without end
const std::string OTHER = "other";

/// Before an event that failed is given back. Short, since the events behind it wait, too.
constexpr Backoff REDELIVERY(milliseconds(50), seconds(2));

}  // namespace

class Consumer::Impl {
 public:
  Impl(ConsumerOptions options, Handle handle, Metrics& metrics)
      : options_(std::move(options)),
        handle_(std::move(handle)),
        metrics_(metrics),
        duration_(metrics.histogram("events_handle_duration_seconds",
                                    "Duration of handling one batch of events.",
                                    {{"queue", options_.queue}})),
        delay_(metrics.histogram("events_delay_seconds", "Time from an event to the end of its handling.",
                                 {{"queue", options_.queue}},
                                 {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800})),
        connected_(metrics.gauge("events_consumer_connected",
                                 "1 while the consumer is connected to its queue, else 0.",
                                 {{"queue", options_.queue}})) {
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    stop_.stop();
    thread_.join();
  }

  std::string probe() const { return status_.text(); }

 private:
  enum class Outcome { Done, Held, Failed, Unreadable };

  void run();
  void step();
  void reconnect_later(const std::exception& error);
  DeliveryBatch gather();
  std::optional<Event> read(const Delivery& delivery);
  void handle(const DeliveryBatch& batch);
  bool handle_together(const DeliveryBatch& batch);
  void handle_alone(std::uint64_t tag, int failures, const Event& event);
  Outcome attempt(std::span<const Event> events, std::string& why);
  void done(const Event& event);
  void pause(milliseconds time);
  void count(const std::string& type, const char* result);
  void set_status(std::string text) {
    connected_.Set(text.empty() ? 1 : 0);
    status_.set(std::move(text));
  }

  const ConsumerOptions options_;
  const Handle handle_;
  Metrics& metrics_;
  prometheus::Histogram& duration_;
  prometheus::Histogram& delay_;
  prometheus::Gauge& connected_;
  StopSignal stop_;
  Status status_{"connecting"};
  // Used by the thread only:
  std::unique_ptr<Subscription> subscription_;
  std::optional<Delivery> next_;  ///< received, but not part of the current batch
  bool as_it_is_ = false;
  Backoff reconnect_{milliseconds(100), seconds(5)};
  db::TextMap<bool> types_;
  db::TextMap<prometheus::Counter*> counters_;  ///< by type and result
  std::thread thread_;
};

void Consumer::Impl::run() {
  while (!stop_.stopped()) {
    try {
      step();
    } catch (const std::exception& error) {
      reconnect_later(error);
    }
  }
}

void Consumer::Impl::reconnect_later(const std::exception& error) {
  const bool different = [&] {
    const auto* broker = dynamic_cast<const BrokerError*>(&error);
    return broker && broker->code() == PRECONDITION_FAILED && !subscription_ && !as_it_is_;
  }();
  subscription_.reset();
  next_.reset();
  as_it_is_ = different;  // the attempt after that declares it again
  set_status("the broker cannot be reached");
  const auto wait = reconnect_.next();
  log::warn("consumer interrupted",
            {{"queue", options_.queue}, {"error", error.what()}, {"again_in_ms", wait.count()}});
  stop_.wait(wait);
}

void Consumer::Impl::step() {
  if (!subscription_) {
    subscription_ = std::make_unique<Subscription>(options_, as_it_is_);
    set_status("");
    reconnect_.reset();
  }
  const DeliveryBatch batch = gather();
  if (!batch.empty()) {
    handle(batch);
  } else if (!subscription_->buffered()) {
    stop_.wait(IDLE, {subscription_->socket()});
  }
}

/// The deliveries that have arrived. All before the batch are settled, and at most `next_` was received after
/// it.
DeliveryBatch Consumer::Impl::gather() {
  DeliveryBatch batch;
  for (std::size_t reads = 0; reads < DeliveryBatch::LIMIT && !stop_.stopped(); ++reads) {
    if (!next_) next_ = subscription_->next();
    if (!next_ || !batch.takes(next_->failures)) break;
    const Delivery delivery = *std::exchange(next_, std::nullopt);
    if (auto event = read(delivery)) batch.add(delivery.tag, delivery.failures, std::move(*event));
  }
  return batch;
}

std::optional<Event> Consumer::Impl::read(const Delivery& delivery) {
  try {
    auto event = from_json(delivery.body);
    const log::Scope scope("", Trace::follow(event.traceparent).trace_id);
    log::debug("event", {{"queue", options_.queue}, {"type", event.type}, {"event", event.id}});
    return event;
  } catch (const std::exception& error) {
    log::error("event cannot be read", {{"queue", options_.queue}, {"error", error.what()}});
  }
  subscription_->refuse(delivery.tag, false);
  count("unknown", "unreadable");
  return std::nullopt;
}

void Consumer::Impl::handle(const DeliveryBatch& batch) {
  if (batch.size() > 1 && handle_together(batch)) return;
  for (std::size_t i = 0; i < batch.size() && !stop_.stopped(); ++i) {
    const Event& event = batch.events()[i];
    const log::Scope scope("", Trace::follow(event.traceparent).trace_id);
    handle_alone(batch.tag(i), batch.failures(i), event);
  }
}

/// Returns false when none of the events was handled.
bool Consumer::Impl::handle_together(const DeliveryBatch& batch) {
  std::string why;
  if (attempt(batch.events(), why) != Outcome::Done) {
    log::info("events failed together",
              {{"queue", options_.queue}, {"events", batch.size()}, {"error", why}});
    return false;
  }
  subscription_->acknowledge(batch.last_tag(), true);
  for (const auto& event : batch.events()) done(event);
  return true;
}

void Consumer::Impl::handle_alone(std::uint64_t tag, int failures, const Event& event) {
  Backoff holding(milliseconds(100), seconds(5));
  while (!stop_.stopped()) {
    std::string why;
    const Outcome outcome = attempt({&event, 1}, why);
    if (outcome == Outcome::Done) {
      subscription_->acknowledge(tag);
      done(event);
      return;
    }
    if (outcome == Outcome::Unreadable) {
      log::error("event lacks required data",
                 {{"queue", options_.queue}, {"type", event.type}, {"event", event.id}, {"error", why}});
      subscription_->refuse(tag, false);
      count(event.type, "unreadable");
      return;
    }
    const bool hold = outcome == Outcome::Held;
    const auto wait = hold ? holding.next() : REDELIVERY.delay(failures);
    log::warn(hold ? "event held" : "event failed", {{"queue", options_.queue},
                                                     {"type", event.type},
                                                     {"event", event.id},
                                                     {"error", why},
                                                     {"again_in_ms", wait.count()}});
    count(event.type, hold ? "held" : "failed");
    pause(wait);
    if (!hold) {
      subscription_->refuse(tag, true);
      return;
    }
  }
}

Consumer::Impl::Outcome Consumer::Impl::attempt(std::span<const Event> events, std::string& why) {
  const auto start = Clock::now();
  auto outcome = Outcome::Failed;
  try {
    handle_(events);
    outcome = Outcome::Done;
  } catch (const db::Unavailable& error) {
    outcome = Outcome::Held;
    why = error.what();
  } catch (const Unreadable& error) {
    outcome = Outcome::Unreadable;
    why = error.what();
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "unknown error";
  }
  duration_.Observe(std::chrono::duration<double>(Clock::now() - start).count());
  return outcome;
}

void Consumer::Impl::done(const Event& event) {
  count(event.type, "done");
  if (const auto age = age_s(event, std::chrono::system_clock::now())) delay_.Observe(*age);
}

/// Waits without receiving, so that prefetched deliveries stay in order; sends heartbeats meanwhile.
void Consumer::Impl::pause(milliseconds time) {
  const auto end = Clock::now() + time;
  for (auto left = time; left > milliseconds(0) && !stop_.stopped();
       left = std::chrono::duration_cast<milliseconds>(end - Clock::now())) {
    subscription_->send_heartbeat();
    stop_.wait(std::min<milliseconds>(left, HEARTBEAT_EVERY));
  }
}

void Consumer::Impl::count(const std::string& type, const char* result) {
  const bool known = types_.size() < MAX_TYPES ? (types_.emplace(type, true), true) : types_.contains(type);
  const std::string& label = known ? type : OTHER;
  auto& counter = counters_[label + ' ' + result];
  if (!counter)
    counter = &metrics_.counter("events_consumed_total", "Deliveries of events by result.",
                                {{"queue", options_.queue}, {"type", label}, {"result", result}});
  counter->Increment();
}

Consumer::Consumer(ConsumerOptions options, Handle handle, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handle), metrics)) {}

Consumer::~Consumer() = default;

std::string Consumer::probe() const { return impl_->probe(); }

void add_check(Health& health, const Consumer& consumer) {
  health.add({"events", false, [&consumer] { return consumer.probe(); }});
}

}  // namespace kit::messaging
