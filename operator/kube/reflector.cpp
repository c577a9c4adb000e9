#include "operator/kube/reflector.hpp"

#include "operator/kube/watch.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"
#include "services/kit/time/random.hpp"

#include <condition_variable>

namespace kube {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// So often a watch may be refused in a row before the list is made anew.
constexpr int kRefusals = 3;

}  // namespace

class Reflector::Impl {
 public:
  Impl(Client& client, ResourceType type, ReflectorOptions options, Cache& cache, kit::Metrics& metrics)
      : client_(client),
        type_(std::move(type)),
        options_(std::move(options)),
        cache_(cache),
        lists_(counter(metrics, "kube_list_operations_total", "Lists begun.")),
        lists_failed_(counter(metrics, "kube_list_operations_failed_total", "Lists that failed.")),
        watches_(counter(metrics, "kube_watch_operations_total", "Watches begun.")),
        watches_failed_(counter(metrics, "kube_watch_operations_failed_total", "Watches that failed.")),
        backoff_(options_.first_wait, options_.longest_wait) {}

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto began = Clock::now();
      bool well = false;
      try {
        well = version_.empty() ? list() : watch(stop);
      } catch (const std::exception& error) {
        // What a handler threw: the object is in the cache, but who knows what was not told. List anew.
        kit::log::error("a reflector failed", {{"resource", type_.resource()}, {"error", error.what()}});
        version_.clear();
      }
      if (Clock::now() - began >= options_.healthy_after) backoff_.reset();
      if (!well) pause(backoff_.next(), stop);
    }
  }

 private:
  prometheus::Counter& counter(kit::Metrics& metrics, const char* name, const char* help) const {
    return metrics.counter(name, help, {{"resource", type_.resource()}});
  }

  bool list() {
    lists_.Increment();
    try {
      List all = client_.list(type_, {.space = options_.space,
                                      .label_selector = options_.label_selector,
                                      .field_selector = options_.field_selector});
      cache_.replace(std::move(all.items));
      version_ = std::move(all.resource_version);
      return true;
    } catch (const ApiError& error) {
      if (error.cancelled()) return false;
      lists_failed_.Increment();
      log("a list failed", error);
      return false;
    }
  }

  /// True when it ended as it should, and may be made again at once.
  bool watch(const std::stop_token& stop) {
    watches_.Increment();
    bool any = false;
    bool opened = false;
    const auto began = Clock::now();
    try {
      WatchStream stream(client_, type_, watch_options(), stop);
      opened = true;
      refused_ = 0;
      while (auto event = stream.next()) {
        take(std::move(*event));
        any = true;
      }
      // A server that ends watches at once and with nothing in them is not to be asked in a tight loop.
      return any || Clock::now() - began >= std::chrono::seconds(1);
    } catch (const ApiError& error) {
      return failed(error, opened);
    }
  }

  bool failed(const ApiError& error, bool opened) {
    if (error.cancelled()) return true;
    if (opened && error.reason() == "Timeout") {
      // Half open, or only a quiet resource: to go on over a new connection is right for both.
      kit::log::debug("a watch was silent: resuming", {{"resource", type_.resource()}});
      return true;
    }
    if (error.gone()) {
      // Compacted away while we were not there: nothing can be resumed. The list tells what has become of
      // all.
      kit::log::info("a watch is too old: listing anew", {{"resource", type_.resource()}});
      version_.clear();
      return true;
    }
    watches_failed_.Increment();
    log("a watch failed", error);
    // Whatever the server has against this version (one from the future, after a restore), it shall not be
    // asked for for ever.
    const bool answered = !error.no_answer() && error.code() != 429;
    if (answered && ++refused_ >= kRefusals) version_.clear();
    return false;
  }

  WatchOptions watch_options() const {
    return {.space = options_.space,
            .label_selector = options_.label_selector,
            .field_selector = options_.field_selector,
            .resource_version = version_,
            .lasts = kit::random_between(options_.shortest_watch,
                                         std::max(options_.shortest_watch, options_.longest_watch)),
            .silence = options_.silence};
  }

  void take(WatchEvent event) {
    const std::string version = resource_version(event.object);
    switch (event.type) {
      case WatchEventType::Added:
      case WatchEventType::Modified:
        cache_.put(std::move(event.object));
        break;
      case WatchEventType::Deleted:
        cache_.erase(key(event.object));
        break;
      case WatchEventType::Bookmark:
        break;
    }
    if (!version.empty()) version_ = version;
  }

  void log(const char* what, const ApiError& error) const {
    kit::log::warn(what, {{"resource", type_.resource()}, {"error", error.what()}});
  }

  void pause(milliseconds time, const std::stop_token& stop) {
    std::unique_lock guard(pause_lock_);
    paused_.wait_for(guard, stop, time, [] { return false; });
  }

  Client& client_;
  const ResourceType type_;
  const ReflectorOptions options_;
  Cache& cache_;
  prometheus::Counter& lists_;
  prometheus::Counter& lists_failed_;
  prometheus::Counter& watches_;
  prometheus::Counter& watches_failed_;
  kit::Backoff backoff_;
  std::string version_;
  int refused_ = 0;
  std::mutex pause_lock_;
  std::condition_variable_any paused_;
};

Reflector::Reflector(Client& client, ResourceType type, ReflectorOptions options, Cache& cache,
                     kit::Metrics& metrics)
    : impl_(std::make_unique<Impl>(client, std::move(type), std::move(options), cache, metrics)) {}

Reflector::~Reflector() = default;

void Reflector::run(std::stop_token stop) { impl_->run(stop); }

Informer::Informer(Client& client, ResourceType type, ReflectorOptions options, kit::Metrics& metrics)
    : type_(std::move(type)), reflector_(client, type_, std::move(options), cache_, metrics) {}

Informer::~Informer() { stop(); }

void Informer::start() {
  thread_ = std::jthread([this](std::stop_token stop) { reflector_.run(std::move(stop)); });
}

void Informer::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

}  // namespace kube
