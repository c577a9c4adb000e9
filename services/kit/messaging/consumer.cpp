#include "services/kit/messaging/consumer.hpp"

#include "services/kit/db/connection.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/lot.hpp"
#include "services/kit/messaging/subscription.hpp"
#include "services/kit/threads/stop_signal.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/trace/trace.hpp"

#include <mutex>
#include <thread>

namespace kit::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr auto IDLE = seconds(1);
constexpr auto HEARTBEAT_EVERY = seconds(BrokerConnection::HEARTBEAT_S / 2);
constexpr int PRECONDITION_FAILED = 406;
constexpr std::size_t TYPES = 64;  ///< as labels; who publishes nonsense shall not make metrics without end
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
                                    "Of handling the events that came together, one or more.",
                                    {{"queue", options_.queue}})),
        delay_(metrics.histogram(
            "events_delay_seconds", "From when something happened to when that was handled.",
            {{"queue", options_.queue}}, {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800})),
        connected_(metrics.gauge("events_consumer_connected", "1 while the consumer has its queue, else 0.",
                                 {{"queue", options_.queue}})) {
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
  enum class Outcome { Done, Held, Failed, Unreadable };

  void run();
  void step();
  void lost(const std::exception& error);
  Lot gather();
  std::optional<Event> read(const Delivery& delivery);
  void take(const Lot& lot);
  bool together(const Lot& lot);
  void alone(std::uint64_t tag, int failures, const Event& event);
  Outcome attempt(std::span<const Event> events, std::string& why);
  void done(const Event& event);
  void pause(milliseconds time);
  void count(const std::string& type, const char* result);
  void say(std::string state) {
    connected_.Set(state.empty() ? 1 : 0);
    std::lock_guard guard(lock_);
    state_ = std::move(state);
  }

  const ConsumerOptions options_;
  const Handle handle_;
  Metrics& metrics_;
  prometheus::Histogram& duration_;
  prometheus::Histogram& delay_;
  prometheus::Gauge& connected_;
  StopSignal stop_;
  mutable std::mutex lock_;
  std::string state_ = "connecting";
  // Of the thread alone:
  std::unique_ptr<Subscription> subscription_;
  std::optional<Delivery> next_;  ///< read, and not for the lot at hand
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
      lost(error);
    }
  }
}

void Consumer::Impl::lost(const std::exception& error) {
  const bool different = [&] {
    const auto* broker = dynamic_cast<const BrokerError*>(&error);
    return broker && broker->code() == PRECONDITION_FAILED && !subscription_ && !as_it_is_;
  }();
  subscription_.reset();
  next_.reset();
  as_it_is_ = different;  // and the next time as we would have it, again
  say("the broker cannot be reached");
  const auto wait = reconnect_.next();
  log::warn("consumer interrupted",
            {{"queue", options_.queue}, {"error", error.what()}, {"again_in_ms", wait.count()}});
  stop_.wait(wait);
}

void Consumer::Impl::step() {
  if (!subscription_) {
    subscription_ = std::make_unique<Subscription>(options_, as_it_is_);
    say("");
    reconnect_.reset();
  }
  const Lot lot = gather();
  if (!lot.empty()) {
    take(lot);
  } else if (!subscription_->buffered()) {
    stop_.wait(IDLE, {subscription_->socket()});
  }
}

/// What has come already. At its end nothing before it is unsettled, and after it at most `next_` was read.
Lot Consumer::Impl::gather() {
  Lot lot;
  for (std::size_t reads = 0; reads < Lot::LIMIT && !stop_.stopped(); ++reads) {
    if (!next_) next_ = subscription_->next();
    if (!next_ || !lot.takes(next_->failures)) break;
    const Delivery delivery = *std::exchange(next_, std::nullopt);
    if (auto event = read(delivery)) lot.add(delivery.tag, delivery.failures, std::move(*event));
  }
  return lot;
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
  subscription_->bury(delivery.tag);
  count("unknown", "unreadable");
  return std::nullopt;
}

void Consumer::Impl::take(const Lot& lot) {
  if (lot.size() > 1 && together(lot)) return;
  for (std::size_t i = 0; i < lot.size() && !stop_.stopped(); ++i) {
    const Event& event = lot.events()[i];
    const log::Scope scope("", Trace::follow(event.traceparent).trace_id);
    alone(lot.tag(i), lot.failures(i), event);
  }
}

/// False when none of them is done.
bool Consumer::Impl::together(const Lot& lot) {
  std::string why;
  if (attempt(lot.events(), why) != Outcome::Done) {
    log::info("events failed together", {{"queue", options_.queue}, {"events", lot.size()}, {"error", why}});
    return false;
  }
  subscription_->acknowledge_up_to(lot.last_tag());
  for (const auto& event : lot.events()) done(event);
  return true;
}

void Consumer::Impl::alone(std::uint64_t tag, int failures, const Event& event) {
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
      log::error("event lacks what it must have",
                 {{"queue", options_.queue}, {"type", event.type}, {"event", event.id}, {"error", why}});
      subscription_->bury(tag);
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
      subscription_->give_back(tag);
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
  } catch (const NotNow& error) {
    outcome = Outcome::Held;
    why = error.what();
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

/// Waits without reading, so that what was prefetched stays in order; the broker sees heartbeats meanwhile.
void Consumer::Impl::pause(milliseconds time) {
  const auto end = Clock::now() + time;
  for (auto left = time; left > milliseconds(0) && !stop_.stopped();
       left = std::chrono::duration_cast<milliseconds>(end - Clock::now())) {
    subscription_->send_heartbeat();
    stop_.wait(std::min<milliseconds>(left, HEARTBEAT_EVERY));
  }
}

void Consumer::Impl::count(const std::string& type, const char* result) {
  const bool known = types_.size() < TYPES ? (types_.emplace(type, true), true) : types_.contains(type);
  const std::string& label = known ? type : OTHER;
  auto& counter = counters_[label + ' ' + result];
  if (!counter)
    counter = &metrics_.counter("events_consumed_total", "Deliveries of events by how they ended.",
                                {{"queue", options_.queue}, {"type", label}, {"result", result}});
  counter->Increment();
}

Consumer::Consumer(ConsumerOptions options, Handle handle, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handle), metrics)) {}

Consumer::~Consumer() = default;

std::string Consumer::probe() const { return impl_->probe(); }

void add_checks(Health& health, const Consumer& consumer) {
  health.add({"events", false, [&consumer] { return consumer.probe(); }});
  health.add({"queue", true, [&consumer, declared = false]() mutable {
                declared = declared || consumer.probe().empty();
                return std::string(declared ? "" : "not declared yet");
              }});
}

}  // namespace kit::messaging
