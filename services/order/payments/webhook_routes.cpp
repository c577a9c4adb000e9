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
  std::string reference;  ///< of the payment that it is about; empty: of none
};

std::string text_of(const nlohmann::json& object, const char* field) {
  const auto it = object.find(field);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// https://docs.stripe.com/api/events/object; lenient, since Stripe adds to it, but for what is used.
Event read_event(const std::string& body) {
  const auto json = kit::json::parse(body);
  if (!json.is_object()) throw kit::problem::malformed("An event is an object.");
  Event out{text_of(json, "id"), text_of(json, "type"), {}};
  if (out.id.empty() || out.type.empty() || out.id.size() > MAX_ID || out.type.size() > MAX_ID)
    throw kit::problem::malformed("An event has an id and a type.");
  if (!out.type.starts_with("payment_intent.")) return out;
  const auto data = json.find("data");
  if (data == json.end() || !data->is_object()) return out;
  const auto object = data->find("object");
  if (object != data->end() && object->is_object()) out.reference = text_of(*object, "id");
  return out;
}

struct Webhook {
  const payments::Payments& payments;
  PaymentStore& store;
  prometheus::Counter& taken;
  prometheus::Counter& repeated;
  prometheus::Counter& ignored;
  prometheus::Counter& refused;

  Response operator()(const Request& request) const {
    const auto signature = request.headers.get("Stripe-Signature");
    if (!signature || !payments::webhook_valid(*signature, request.body, payments.webhook_secret(),
                                               std::chrono::system_clock::now())) {
      refused.Increment();
      throw kit::Problem(400, "Bad signature", "The event is not signed as it should be.");
    }
    const auto event = read_event(request.body);
    if (event.reference.empty()) {
      ignored.Increment();
    } else if (store.heard(payments.provider(), event.id, event.type, event.reference, request.deadline)) {
      taken.Increment();
      kit::log::info("an event about a payment", {{"event", event.id}, {"type", event.type}});
    } else {
      repeated.Increment();
    }
    return Response::json({{"received", true}});
  }
};

}  // namespace

void add_webhook_route(kit::http::Router& router, const payments::Payments& payments, PaymentStore& store,
                       kit::Metrics& metrics) {
  const auto counter = [&](const char* result) -> prometheus::Counter& {
    return metrics.counter("payment_events_total",
                           "Events from the payment provider, by what became of them.", {{"result", result}});
  };
  router.post("/api/payments/webhook", Webhook{payments, store, counter("taken"), counter("repeated"),
                                               counter("ignored"), counter("refused")});
}

}  // namespace order::api
