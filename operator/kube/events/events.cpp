#include "operator/kube/events/events.hpp"

#include "operator/kube/client/error.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace kube {

namespace {

constexpr std::chrono::seconds kFlushTime{2};

/// An ObjectReference.
Object reference(const Object& object) {
  Object out = {{"apiVersion", object.value("apiVersion", "")},
                {"kind", object.value("kind", "")},
                {"name", name(object)},
                {"uid", uid(object)}};
  if (!namespace_of(object).empty()) out["namespace"] = namespace_of(object);
  return out;
}

Key event_key(const QueuedEvent& queued) {
  const std::string ns = queued.about.value("namespace", "");
  return {ns.empty() ? "default" : ns, queued.aggregated.event_name};
}

Object event_object(const QueuedEvent& queued, const EventRecorderOptions& options) {
  Object out = types::event.object(event_key(queued));
  out["eventTime"] = kit::rfc3339(queued.at, kit::Fraction::Micros);
  out["reportingController"] = options.controller;
  out["reportingInstance"] = options.instance;
  out["action"] = queued.event.action.empty() ? queued.event.reason : queued.event.action;
  out["reason"] = queued.event.reason;
  out["type"] = queued.event.type == EventType::Warning ? "Warning" : "Normal";
  out["note"] = queued.aggregated.message;
  out["regarding"] = queued.about;
  return out;
}

prometheus::Counter& counter(kit::Metrics& metrics, const char* result) {
  return metrics.counter("kube_events_total", "Events by result of their recording.", {{"result", result}});
}

}  // namespace

EventRecorder::EventRecorder(Api& api, EventRecorderOptions options, kit::Metrics& metrics)
    : api_(api),
      options_(std::move(options)),
      sent_(counter(metrics, "sent")),
      failed_(counter(metrics, "failed")),
      dropped_(counter(metrics, "dropped")),
      aggregator_(options_.aggregation),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void EventRecorder::record(const Object& about, Event event) {
  try {
    const auto now = options_.clocks.wall();
    const std::lock_guard guard(lock_);
    if (queue_.size() >= options_.queue) return dropped_.Increment();
    auto aggregated = aggregator_.aggregate(about, event, now);
    if (!aggregated) return dropped_.Increment();
    queue_.push_back({reference(about), std::move(event), std::move(*aggregated), now});
  } catch (const std::exception& error) {
    kit::log::error("an event could not be recorded", {{"error", error.what()}});
  }
  changed_.notify_one();
}

void EventRecorder::run(const std::stop_token& stop) {
  std::optional<std::chrono::steady_clock::time_point> flush_by;
  for (;;) {
    std::unique_lock guard(lock_);
    changed_.wait(guard, stop, [this] { return !queue_.empty(); });
    if (queue_.empty()) return;
    if (stop.stop_requested()) {
      const auto now = options_.clocks.steady();
      if (!flush_by) flush_by = now + kFlushTime;
      if (now >= *flush_by) return;
    }
    const QueuedEvent queued = std::move(queue_.front());
    queue_.pop_front();
    guard.unlock();
    send(queued);
  }
}

void EventRecorder::send(const QueuedEvent& queued) {
  try {
    if (queued.aggregated.count < 2 || !count_up(queued)) {
      api_.create(types::event, event_object(queued, options_));
    }
    sent_.Increment();
  } catch (const ApiError& error) {
    // An earlier try created it although its response was lost.
    if (error.already_exists()) return sent_.Increment();
    failed(error.what());
  } catch (const std::exception& error) {
    failed(error.what());
  }
}

bool EventRecorder::count_up(const QueuedEvent& queued) {
  try {
    api_.merge_patch(types::event, event_key(queued),
                     {{"series",
                       {{"count", queued.aggregated.count},
                        {"lastObservedTime", kit::rfc3339(queued.at, kit::Fraction::Micros)}}}},
                     {});
    return true;
  } catch (const ApiError& error) {
    if (error.not_found()) return false;
    throw;
  }
}

void EventRecorder::failed(const char* why) {
  failed_.Increment();
  kit::log::info("an event could not be recorded", {{"error", why}});
}

}  // namespace kube
