#include "operator/kube/watch/reflector.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/threads/pause.hpp"
#include "services/kit/time/random.hpp"

#include <algorithm>
#include <utility>

namespace kube {

namespace {

/// Refused watches in a row after which it relists.
constexpr int kMaxRefusals = 3;

/// The longest Retry-After that is obeyed: a nonsensical one must not end a watch for ever.
constexpr std::chrono::minutes kMaxRetryAfter{5};

}  // namespace

Reflector::Reflector(Client& client, ResourceType type, ReflectorOptions options, Store& store,
                     kit::Metrics& metrics)
    : client_(client),
      type_(std::move(type)),
      options_(std::move(options)),
      store_(store),
      lists_(
          metrics.counter("kube_list_operations_total", "Lists started.", {{"resource", type_.resource()}})),
      lists_failed_(metrics.counter("kube_list_operations_failed_total", "Lists that failed.",
                                    {{"resource", type_.resource()}})),
      watches_(metrics.counter("kube_watch_operations_total", "Watches started.",
                               {{"resource", type_.resource()}})),
      watches_failed_(metrics.counter("kube_watch_operations_failed_total", "Watches that failed.",
                                      {{"resource", type_.resource()}})),
      backoff_(options_.backoff_first, options_.backoff_limit) {}

void Reflector::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Reflector::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto began = options_.clocks.steady();
    bool healthy = false;
    try {
      healthy = version_.empty() ? list() : watch(stop);
    } catch (const std::exception& error) {
      // A handler threw: some handlers have missed this change, so relist.
      kit::log::error("a reflector failed", {{"resource", type_.resource()}, {"error", error.what()}});
      version_.clear();
    }
    if (options_.clocks.steady() - began >= options_.healthy_after) backoff_.reset();
    if (!healthy) kit::pause(std::max(backoff_.next(), std::exchange(retry_after_, {})), stop);
  }
}

bool Reflector::list() {
  lists_.Increment();
  try {
    const ListOptions what{.ns = options_.ns,
                           .label_selector = options_.label_selector,
                           .metadata_only = options_.metadata_only};
    auto version = client_.list_each(
        type_, what, [&] { store_.begin_list(); },
        [&](Object object) { store_.add_listed(std::move(object)); });
    store_.end_list();
    version_ = std::move(version);
    return true;
  } catch (const ApiError& error) {
    if (error.cancelled()) return false;
    lists_failed_.Increment();
    retry_later("a list failed", error);
    return false;
  }
}

bool Reflector::watch(const std::stop_token& stop) {
  watches_.Increment();
  bool any = false;
  bool opened = false;
  const auto began = options_.clocks.steady();
  try {
    WatchStream stream(client_, type_, watch_options(), stop);
    opened = true;
    refused_ = 0;
    while (auto event = stream.next()) {
      take(std::move(*event));
      any = true;
    }
    // Back off when a server ends empty watches at once.
    return any || options_.clocks.steady() - began >= std::chrono::seconds(1);
  } catch (const ApiError& error) {
    return failed(error, opened);
  }
}

bool Reflector::failed(const ApiError& error, bool opened) {
  if (error.cancelled()) return true;
  if (opened && error.reason() == "Timeout") {
    // Half open, or a resource without changes: a new connection is right for both.
    kit::log::debug("a watch was silent: resuming", {{"resource", type_.resource()}});
    return true;
  }
  if (error.gone()) {
    // The version has been compacted, so the watch cannot resume.
    kit::log::info("a watch has expired: relisting", {{"resource", type_.resource()}});
    version_.clear();
    return true;
  }
  watches_failed_.Increment();
  retry_later("a watch failed", error);
  // The server may refuse this version for ever, for instance one from before it was restored from a
  // backup.
  const bool refused = !error.no_response() && error.code() != 429;
  if (refused && ++refused_ >= kMaxRefusals) version_.clear();
  return false;
}

WatchOptions Reflector::watch_options() const {
  return {
      .ns = options_.ns,
      .label_selector = options_.label_selector,
      .resource_version = version_,
      .timeout = kit::random_between(options_.min_watch, std::max(options_.min_watch, options_.max_watch)),
      .silence = options_.silence,
      .metadata_only = options_.metadata_only};
}

void Reflector::take(WatchEvent event) {
  const std::string version = resource_version(event.object);
  switch (event.type) {
    case WatchEventType::Added:
    case WatchEventType::Modified:
      store_.put(std::move(event.object));
      break;
    case WatchEventType::Deleted:
      store_.erase(key(event.object));
      break;
    case WatchEventType::Bookmark:
      break;
  }
  if (!version.empty()) version_ = version;
}

void Reflector::retry_later(const char* what, const ApiError& error) {
  retry_after_ = std::min<std::chrono::milliseconds>(error.retry_after().value_or(std::chrono::seconds(0)),
                                                     kMaxRetryAfter);
  kit::log::warn(what, {{"resource", type_.resource()}, {"error", error.what()}});
}

}  // namespace kube
