#include "operator/kube/events.hpp"

#include "operator/kube/error.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace kube {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::seconds kLastChance{2};

struct Letter {
  Object about;
  Happening what;
  EventAggregator::Telling telling;
  system_clock::time_point at;
};

/// No more of the object than an event names.
Object reference(const Object& object) {
  Object out = {{"apiVersion", object.value("apiVersion", "")},
                {"kind", object.value("kind", "")},
                {"name", name(object)},
                {"uid", uid(object)}};
  if (!space(object).empty()) out["namespace"] = space(object);
  return out;
}

Key event_key(const Letter& letter) {
  const std::string space = letter.about.value("namespace", "");
  return {space.empty() ? "default" : space, letter.telling.event_name};
}

Object event_object(const Letter& letter, const EventRecorderOptions& options) {
  Object out = types::event.object(event_key(letter));
  out["eventTime"] = kit::rfc3339(letter.at, kit::Fraction::Micros);
  out["reportingController"] = options.controller;
  out["reportingInstance"] = options.instance;
  out["action"] = letter.what.action.empty() ? letter.what.reason : letter.what.action;
  out["reason"] = letter.what.reason;
  out["type"] = letter.what.type == EventType::Warning ? "Warning" : "Normal";
  out["note"] = letter.telling.message;
  out["regarding"] = letter.about;
  return out;
}

}  // namespace

class EventRecorder::Impl {
 public:
  Impl(Api& api, EventRecorderOptions options, kit::Metrics& metrics)
      : api_(api),
        options_(std::move(options)),
        sent_(counter(metrics, "sent")),
        failed_(counter(metrics, "failed")),
        dropped_(counter(metrics, "dropped")),
        aggregator_(options_.aggregation),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void record(const Object& about, Happening what) {
    {
      const auto now = system_clock::now();
      const std::lock_guard guard(lock_);
      if (queue_.size() >= options_.queue) return dropped_.Increment();
      auto telling = aggregator_.tell(about, what, now);
      if (!telling) return dropped_.Increment();
      queue_.push_back({reference(about), std::move(what), std::move(*telling), now});
    }
    changed_.notify_one();
  }

 private:
  static prometheus::Counter& counter(kit::Metrics& metrics, const char* result) {
    return metrics.counter("kube_events_total", "Events told, by what became of them.", {{"result", result}});
  }

  void run(const std::stop_token& stop) {
    std::optional<std::chrono::steady_clock::time_point> last_chance;
    for (;;) {
      std::unique_lock guard(lock_);
      changed_.wait(guard, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;
      if (stop.stop_requested()) {
        const auto now = std::chrono::steady_clock::now();
        if (!last_chance) last_chance = now + kLastChance;
        if (now >= *last_chance) return;
      }
      const Letter letter = std::move(queue_.front());
      queue_.pop_front();
      guard.unlock();
      send(letter);
    }
  }

  void send(const Letter& letter) {
    try {
      if (letter.telling.count < 2 || !count_up(letter)) {
        api_.create(types::event, event_object(letter, options_));
      }
      sent_.Increment();
    } catch (const ApiError& error) {
      // What a lost answer had created after all.
      if (error.already_exists()) return sent_.Increment();
      failed(error.what());
    } catch (const std::exception& error) {
      failed(error.what());
    }
  }

  /// False when the event of the series is there no more (they are kept for an hour).
  bool count_up(const Letter& letter) {
    try {
      api_.merge_patch(types::event, event_key(letter),
                       {{"series",
                         {{"count", letter.telling.count},
                          {"lastObservedTime", kit::rfc3339(letter.at, kit::Fraction::Micros)}}}},
                       {});
      return true;
    } catch (const ApiError& error) {
      if (error.not_found()) return false;
      throw;
    }
  }

  void failed(const char* why) {
    failed_.Increment();
    kit::log::info("an event could not be told", {{"error", why}});
  }

  Api& api_;
  const EventRecorderOptions options_;
  prometheus::Counter& sent_;
  prometheus::Counter& failed_;
  prometheus::Counter& dropped_;
  std::mutex lock_;
  std::condition_variable_any changed_;
  EventAggregator aggregator_;
  std::deque<Letter> queue_;
  std::jthread thread_;  // last: it uses the others
};

EventRecorder::EventRecorder(Api& api, EventRecorderOptions options, kit::Metrics& metrics)
    : impl_(std::make_unique<Impl>(api, std::move(options), metrics)) {}

EventRecorder::~EventRecorder() = default;

void EventRecorder::record(const Object& about, Happening what) {
  try {
    impl_->record(about, std::move(what));
  } catch (const std::exception& error) {
    kit::log::error("an event could not be told", {{"error", error.what()}});
  }
}

}  // namespace kube
