#include "services/order/payments/webhook_routes.hpp"

#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/payments/signature.hpp"

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::size_t MAX_ID = 255;

struct Event {
  std::string id;
  std::string type;
  std::string reference;  ///< of the payment that it is about; empty without one
};

/// Empty where there is no text.
std::string text_at(const nlohmann::json& value, const char* path) {
  const nlohmann::json::json_pointer pointer(path);
  return value.contains(pointer) && value[pointer].is_string() ? value[pointer].get<std::string>() : "";
}

/// https://docs.stripe.com/api/events/object; fields that are not used are ignored, since Stripe adds some.
Event read_event(const std::string& body) {
  const auto json = kit::json::parse(body);
  if (!json.is_object()) throw kit::problem::malformed("An event is an object.");
  Event out{text_at(json, "/id"), text_at(json, "/type"), {}};
  if (out.id.empty() || out.type.empty() || out.id.size() > MAX_ID || out.type.size() > MAX_ID)
    throw kit::problem::malformed("An event has an id and a type.");
  if (out.type.starts_with("payment_intent.")) out.reference = text_at(json, "/data/object/id");
  return out;
}

prometheus::Counter& counter(kit::Metrics& metrics, const char* result) {
  return metrics.counter("payment_events_total", "Events from the payment provider, by result.",
                         {{"result", result}});
}

}  // namespace

WebhookRoutes::WebhookRoutes(const payments::PaymentProviders& providers, PaymentStore& store,
                             kit::Metrics& metrics, Clock now)
    : providers_(providers),
      store_(store),
      taken_(counter(metrics, "taken")),
      repeated_(counter(metrics, "repeated")),
      ignored_(counter(metrics, "ignored")),
      refused_(counter(metrics, "refused")),
      now_(std::move(now)) {}

void WebhookRoutes::add_to(kit::http::Router& router) const {
  router.post("/api/payments/webhook", handler_of(*this, &WebhookRoutes::receive));
}

Response WebhookRoutes::receive(const Request& request) const {
  const auto signature = request.headers.get("Stripe-Signature");
  if (!signature || !payments::webhook_valid(*signature, request.body, providers_.webhook_secret(), now_())) {
    refused_.Increment();
    throw kit::Problem(400, "Bad signature", "The event is not signed as it should be.");
  }
  const auto event = read_event(request.body);
  if (event.reference.empty()) {
    ignored_.Increment();
  } else if (store_.event_received(providers_.provider(), event.id, event.type, event.reference,
                                   request.deadline)) {
    taken_.Increment();
    kit::log::info("payment event received", {{"event", event.id}, {"type", event.type}});
  } else {
    repeated_.Increment();
  }
  return Response::json({{"received", true}});
}

}  // namespace order::api
