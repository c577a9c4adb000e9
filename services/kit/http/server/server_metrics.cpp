#include "services/kit/http/server/server_metrics.hpp"

#include <mutex>

namespace kit::http {
namespace {

prometheus::Counter& shed(Metrics& metrics, const std::string& listener, const char* reason) {
  return metrics.counter("http_requests_shed_total", "Requests refused because of overload, by reason.",
                         {{"listener", listener}, {"reason", reason}});
}

}  // namespace

ServerMetrics::ServerMetrics(Metrics& metrics, const std::string& listener)
    : in_flight(metrics.gauge("http_requests_in_flight", "Requests received and not yet answered.",
                              {{"listener", listener}})),
      queued(metrics.gauge("http_queue_depth", "Requests waiting for a worker.", {{"listener", listener}})),
      busy(metrics.gauge("http_workers_busy", "Workers running a handler.", {{"listener", listener}})),
      shed_full(shed(metrics, listener, "queue")),
      shed_late(shed(metrics, listener, "deadline")),
      shed_connections(shed(metrics, listener, "connections")),
      metrics_(metrics),
      listener_(listener) {}

void ServerMetrics::limits(int workers, int queue) {
  metrics_.gauge("http_workers", "Number of workers.", {{"listener", listener_}}).Set(workers);
  metrics_.gauge("http_queue_limit", "Requests that may wait for a worker.", {{"listener", listener_}})
      .Set(queue);
}

void ServerMetrics::answered(const Route* route, std::string_view method, int code, double seconds) {
  const Key key{route, method, code};
  Entry entry{};
  {
    const std::shared_lock guard(lock_);
    if (const auto found = entries_.find(key); found != entries_.end()) entry = found->second;
  }
  if (!entry.requests) {
    const std::lock_guard guard(lock_);
    entry = entries_.try_emplace(key, make(key)).first->second;
  }
  entry.requests->Increment();
  entry.duration->Observe(seconds);
}

ServerMetrics::Entry ServerMetrics::make(const Key& key) {
  const auto& [route, method, code] = key;
  Metrics::Labels labels{{"listener", listener_},
                         {"route", route ? route->pattern : "unmatched"},
                         {"method", std::string(method)}};
  auto& duration = metrics_.histogram("http_request_duration_seconds",
                                      "From a request's arrival to its response.", labels);
  labels.emplace("code", std::to_string(code));
  return {&metrics_.counter("http_requests_total", "Requests answered.", labels), &duration};
}

}  // namespace kit::http
