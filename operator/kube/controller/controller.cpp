#include "operator/kube/controller/controller.hpp"

#include "operator/kube/client/error.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/random.hpp"
#include "services/kit/trace/trace.hpp"

#include <algorithm>
#include <thread>

namespace kube {

namespace {

using std::chrono::milliseconds;

/// Jitter of 10%, so that not all objects are due at once.
milliseconds with_jitter(milliseconds time) { return time + kit::random_between(-time / 10, time / 10); }

std::string group_of(const std::string& api_version) {
  const auto slash = api_version.find('/');
  return slash == std::string::npos ? std::string() : api_version.substr(0, slash);
}

Priority priority_of(const Change& change) {
  return change.initial ? Priority::Background : Priority::Urgent;
}

}  // namespace

Controller::Controller(ControllerOptions options, Reconcile reconcile, kit::Metrics& metrics)
    : options_(std::move(options)),
      reconcile_(std::move(reconcile)),
      queue_(options_.name, options_.rate_limiter, metrics, options_.clocks.steady),
      labels_{{"controller", options_.name}},
      errors_(
          metrics.counter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", labels_)),
      took_(metrics.histogram("controller_runtime_reconcile_time_seconds", "How long reconciles took.",
                              labels_, {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60})),
      active_(metrics.gauge("controller_runtime_active_workers", "Reconciles running now.", labels_)) {
  metrics.gauge("controller_runtime_max_concurrent_reconciles", "Reconciles that may run at once.", labels_)
      .Set(options_.workers);
  for (const char* result : {"success", "requeue_after", "requeue", "error"}) {
    totals_.push_back(&metrics.counter("controller_runtime_reconcile_total", "Reconciles by result.",
                                       {{"controller", options_.name}, {"result", result}}));
  }
}

void Controller::watch(Informer& informer) {
  primary_.push_back(&informer);
  feed(informer, [this](const Change& change) {
    if (change.beyond_status())
      enqueue(key(change.object()), change.before ? Priority::Urgent : Priority::Background);
  });
}

void Controller::watch_owned(Informer& informer, const ResourceType& owner) {
  feed(informer, [this, owner](const Change& change) {
    for (const auto& object : {change.before, change.now}) {
      if (!object) continue;
      const auto by = controller_of(*object);
      if (!by || by->kind != owner.kind || group_of(by->api_version) != owner.group) continue;
      enqueue({owner.namespaced ? namespace_of(*object) : std::string(), by->name}, priority_of(change));
    }
  });
}

void Controller::watch_mapped(Informer& informer, Map map) {
  feed(informer, [this, map = std::move(map)](const Change& change) {
    for (const auto& object : {change.before, change.now}) {
      if (!object) continue;
      for (const auto& key : map(*object)) enqueue(key, priority_of(change));
    }
  });
}

void Controller::feed(Informer& informer, std::function<void(const Change&)> handler) {
  informers_.push_back(&informer);
  informer.cache().subscribe([this, handler = std::move(handler)](const Change& change) {
    try {
      handler(change);
    } catch (const std::exception& error) {
      kit::log::error(
          "an object cannot be mapped to its owner",
          {{"controller", options_.name}, {"object", key(change.object()).text()}, {"error", error.what()}});
    }
  });
}

void Controller::await_caches(const std::stop_token& stop) const {
  const auto until = options_.clocks.steady() + options_.sync_timeout;
  for (const Informer* informer : informers_) {
    while (!informer->cache().wait_synced(milliseconds(100))) {
      if (stop.stop_requested()) return;
      if (options_.clocks.steady() >= until) {
        throw std::runtime_error("the list of " + informer->type().resource() + " did not arrive in time");
      }
    }
  }
}

void Controller::run(const std::stop_token& stop) {
  await_caches(stop);
  // Declared before the workers, so that it still exists while their destructors join.
  const std::stop_callback end(stop, [this] { queue_.shutdown(); });
  std::vector<std::jthread> workers;
  for (int i = 0; i < options_.workers; ++i) workers.emplace_back([&] { work(stop); });
}

void Controller::work(const std::stop_token& stop) {
  while (const auto key = queue_.take()) {
    active_.Increment();
    const auto began = options_.clocks.steady();
    const Outcome outcome = one(*key, stop);
    took_.Observe(std::chrono::duration<double>(options_.clocks.steady() - began).count());
    totals_[static_cast<std::size_t>(outcome)]->Increment();
    active_.Decrement();
    queue_.done(*key);
  }
}

Controller::Outcome Controller::one(const Key& key, const std::stop_token& stop) {
  const kit::log::Scope scope(kit::random_hex(8), "");
  try {
    const Result result = reconcile_(key, stop);
    queue_.forget(key);
    auto next = result.requeue_after;
    auto priority = Priority::Urgent;
    // A requeue that is far off does not replace the resync.
    if (options_.resync.count() > 0 && exists(key)) {
      const auto resync = with_jitter(options_.resync);
      if (!next || resync < *next) {
        next = resync;
        priority = Priority::Background;
      }
    }
    if (next) queue_.add_after(key, *next, priority);
    return result.requeue_after ? Outcome::RequeueAfter : Outcome::Success;
  } catch (const ApiError& error) {
    if (error.cancelled() && stop.stop_requested()) return Outcome::Requeue;
    // Not an error: another client wrote first, and the requeued reconcile reads the result.
    if (error.conflict()) {
      queue_.add_rate_limited(key);
      return Outcome::Requeue;
    }
    return failed(key, error.what());
  } catch (const std::exception& error) {
    return failed(key, error.what());
  } catch (...) {
    return failed(key, "unknown exception");
  }
}

bool Controller::exists(const Key& key) const {
  return primary_.empty() || std::any_of(primary_.begin(), primary_.end(), [&](const Informer* informer) {
           return informer->cache().contains(key);
         });
}

Controller::Outcome Controller::failed(const Key& key, const char* why) {
  kit::log::warn("a reconcile failed", {{"controller", options_.name},
                                        {"object", key.text()},
                                        {"failures", queue_.failures(key) + 1},
                                        {"error", why}});
  errors_.Increment();
  queue_.add_rate_limited(key);
  return Outcome::Error;
}

}  // namespace kube
