#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kit::messaging {

/// An event as CloudEvents 1.0
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
struct Event {
  std::string id;           ///< UUID; unique with `source`
  std::string source;       ///< "/shop/order"
  std::string type;         ///< "order.confirmed", the routing key too
  std::string subject;      ///< the entity, "order/17"; events of one subject stay in order
  std::string time;         ///< RFC 3339 UTC
  std::string traceparent;  ///< of the request that caused it
  nlohmann::json data;

  /// A new event with id and time.
  static Event make(std::string source, std::string type, std::string subject, nlohmann::json data,
                    std::string traceparent);
};

/// The event's age in seconds by the clocks of both sides, never negative; returns nullopt when its time is
/// not in UTC.
std::optional<double> age_s(const Event& event, std::chrono::system_clock::time_point now);

std::string to_json(const Event& event);
/// Throws std::invalid_argument that names what is missing or malformed.
Event from_json(std::string_view text);

}  // namespace kit::messaging
