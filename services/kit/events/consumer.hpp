#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/kit/events/outbox.hpp"

namespace kit::events {

struct ConsumerOptions {
  BrokerOptions broker;
  std::string queue;                  ///< "notification.events": a quorum queue, made when missing
  std::vector<std::string> bindings;  ///< routing keys, "order.*"
  int prefetch = 16;
  int delivery_limit = 10;            ///< then it goes to "<queue>.dead"
};

/// Reads events off a queue of its own on one thread, one at a time, acknowledging each after `handle` returned. When `handle` throws, the
/// event comes back after a pause; past the delivery limit, or when it cannot be read, it goes to the dead-letter
/// queue. Reconnects with backoff. Delivery is at least once: `handle` claims the inbox in its transaction.
/// Metrics: events_consumed_total{queue,type,result}, events_handle_duration_seconds{queue}.
class Consumer {
 public:
  using Handle = std::function<void(const Event&)>;
  Consumer(ConsumerOptions options, Handle handle, Metrics& metrics);
  ~Consumer();  ///< finishes the event at hand
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::events
