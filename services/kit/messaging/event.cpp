#include "services/kit/messaging/event.hpp"

#include "services/kit/time/rfc3339.hpp"
#include "services/kit/trace/trace.hpp"

#include <algorithm>
#include <stdexcept>

namespace kit::messaging {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* name, bool required) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    if (required) throw std::invalid_argument(std::string("the event has no ") + name);
    return {};
  }
  if (!found->is_string())
    throw std::invalid_argument(std::string("the event's ") + name + " is not a string");
  auto value = found->get<std::string>();
  if (required && value.empty())
    throw std::invalid_argument(std::string("the event's ") + name + " is empty");
  return value;
}

}  // namespace

Event Event::make(std::string source, std::string type, std::string subject, json data,
                  std::string traceparent) {
  return {random_uuid(),
          std::move(source),
          std::move(type),
          std::move(subject),
          rfc3339(std::chrono::system_clock::now()),
          std::move(traceparent),
          std::move(data)};
}

std::optional<double> age_s(const Event& event, std::chrono::system_clock::time_point now) {
  const auto then = event.time.ends_with('Z') ? parse_rfc3339(event.time) : std::nullopt;
  if (!then) return std::nullopt;
  // Nanoseconds would overflow in 2262.
  const auto age = std::chrono::floor<std::chrono::microseconds>(now) - *then;
  return std::max(0.0, std::chrono::duration<double>(age).count());
}

std::string to_json(const Event& event) {
  json object{{"specversion", "1.0"},
              {"id", event.id},
              {"source", event.source},
              {"type", event.type},
              {"datacontenttype", "application/json"},
              {"data", event.data}};
  // Optional attributes must not be empty strings (CloudEvents 1.0.2, 3.1).
  if (!event.subject.empty()) object["subject"] = event.subject;
  if (!event.time.empty()) object["time"] = event.time;
  if (!event.traceparent.empty()) object["traceparent"] = event.traceparent;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Event from_json(std::string_view bytes) {
  json object = json::parse(bytes, nullptr, false);
  if (!object.is_object()) throw std::invalid_argument("the event is not a JSON object");
  if (text(object, "specversion", true) != "1.0")
    throw std::invalid_argument("the event's specversion is not 1.0");
  if (object.contains("data_base64")) throw std::invalid_argument("the event's data is binary");
  Event event;
  event.id = text(object, "id", true);
  event.source = text(object, "source", true);
  event.type = text(object, "type", true);
  event.subject = text(object, "subject", false);
  event.time = text(object, "time", false);
  event.traceparent = text(object, "traceparent", false);
  if (const auto data = object.find("data"); data != object.end()) event.data = std::move(*data);
  return event;
}

}  // namespace kit::messaging
