#include "services/order/payments/stripe.hpp"

#include "services/kit/encoding/percent.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace order::payments {
namespace {

/// The version of the API whose shapes stripe.cpp knows.
constexpr const char* API_VERSION = "Stripe-Version: 2024-06-20";

std::string encode(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form)
    out +=
        (out.empty() ? "" : "&") + kit::http::percent::encode(name) + "=" + kit::http::percent::encode(value);
  return out;
}

bool not_processed(int status) {
  return status == 401 || status == 403 || status == 408 || status == 409 || status == 429 || status >= 500;
}

constexpr const char* INTENTS = "/v1/payment_intents";

std::string path_of(const Charge& charge) {
  return fmt::format("{}/{}", INTENTS, kit::http::percent::encode(charge.reference));
}

/// https://docs.stripe.com/payments/paymentintents/lifecycle
Status status_of(const nlohmann::json& intent) {
  const auto text = intent.at("status").get<std::string>();
  if (text == "requires_confirmation") return Status::Open;
  if (text == "processing") return Status::Review;
  if (text == "requires_capture") return Status::Authorised;
  if (text == "succeeded") return Status::Captured;
  if (text == "canceled") return Status::Voided;
  if (text == "requires_payment_method" || text == "requires_action") return Status::Declined;
  throw Unavailable("stripe answered an unknown status: " + text.substr(0, 50));
}

std::string code_of(const StripeHttp::Answer& answer) {
  if (!answer.body.contains("error")) return "http_" + std::to_string(answer.status);
  const auto& error = answer.body.at("error");
  for (const auto* key : {"decline_code", "code", "type"})
    if (error.contains(key) && error.at(key).is_string()) return error.at(key).get<std::string>();
  return "http_" + std::to_string(answer.status);
}

template <class F>
auto read_answer(F&& read) {
  try {
    return read();
  } catch (const nlohmann::json::exception& e) {
    throw Unavailable(std::string("stripe answered malformed JSON: ") + e.what());
  }
}

}  // namespace

StripeHttp::StripeHttp(StripeOptions options)
    : options_(std::move(options)), client_({.protocols = "http,https", .ca_file = options_.ca_file}) {}

StripeHttp::Answer StripeHttp::post(const std::string& target, const Form& form,
                                    const std::string& idempotency_key, kit::Deadline deadline) const {
  return send({options_.url + target, {"Idempotency-Key: " + idempotency_key}, encode(form)}, deadline);
}

StripeHttp::Answer StripeHttp::get(const std::string& target, kit::Deadline deadline) const {
  return send({options_.url + target}, deadline);
}

StripeHttp::Answer StripeHttp::send(kit::curl::HttpRequest request, kit::Deadline deadline) const try {
  request.headers.push_back("Authorization: Bearer " + options_.api_key);
  request.headers.emplace_back(API_VERSION);
  const auto response = client_.send(request, deadline);
  if (not_processed(response.status)) throw Unavailable("stripe answered " + std::to_string(response.status));
  Answer answer{response.status, nlohmann::json::parse(response.body, nullptr, false)};
  if (!answer.body.is_object()) throw Unavailable("stripe did not answer JSON");
  return answer;
} catch (const kit::curl::Error& error) {
  throw Unavailable(std::string("stripe cannot be reached: ") + error.what());
}

std::string Stripe::complaint(const std::string& method) const {
  const bool known =
      method.starts_with("pm_") && method.size() <= 100 &&
      std::all_of(method.begin(), method.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  return known ? "" : "must be the id of a PaymentMethod, such as pm_card_visa";
}

Reference Stripe::open(const Charge& charge, kit::Deadline deadline) {
  std::string currency(charge.amount.currency().code());
  std::transform(currency.begin(), currency.end(), currency.begin(),
                 [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  const auto order = std::to_string(charge.order.value);
  const auto answer = http_.post(INTENTS,
                                 {{"amount", std::to_string(charge.amount.minor())},
                                  {"currency", currency},
                                  {"capture_method", "manual"},
                                  {"payment_method", charge.method},
                                  {"payment_method_types[0]", "card"},
                                  {"description", "Order " + order},
                                  {"metadata[order_id]", order}},
                                 charge.key + "-open", deadline);
  if (answer.status != 200) return Refused{code_of(answer)};
  return read_answer([&] { return answer.body.at("id").get<std::string>(); });
}

Status Stripe::act(const Charge& charge, const std::string& verb, const Form& form, kit::Deadline deadline) {
  const auto target = fmt::format("{}/{}", path_of(charge), verb);
  const auto answer = http_.post(target, form, charge.key + "-" + verb, deadline);
  if (answer.status == 200) return read_answer([&] { return status_of(answer.body); });
  if (answer.status == 402) return Status::Declined;
  // The payment's state does not allow it: that state says why.
  const auto now = status(charge, deadline);
  const bool unchanged =
      (verb == "confirm" && now == Status::Open) || (verb == "capture" && now == Status::Authorised);
  return unchanged ? Status::Declined : now;
}

Status Stripe::perform(Action action, const Charge& charge, kit::Deadline deadline) {
  switch (action) {
    case Action::Authorise:
      return act(charge, "confirm", {{"error_on_requires_action", "true"}}, deadline);
    case Action::Capture:
      return act(charge, "capture", {{"amount_to_capture", std::to_string(charge.amount.minor())}}, deadline);
    case Action::Cancel:
      return act(charge, "cancel", {{"cancellation_reason", "abandoned"}}, deadline);
  }
  throw std::logic_error("no such action");
}

Status Stripe::status(const Charge& charge, kit::Deadline deadline) {
  const auto answer = http_.get(path_of(charge), deadline);
  if (answer.status != 200) throw Unavailable("stripe cannot show a payment: " + code_of(answer));
  return read_answer([&] { return status_of(answer.body); });
}

Reference Stripe::refund(const Charge& charge, std::int64_t id, kit::Money amount, kit::Deadline deadline) {
  const auto answer = http_.post("/v1/refunds",
                                 {{"payment_intent", charge.reference},
                                  {"amount", std::to_string(amount.minor())},
                                  {"metadata[refund_id]", std::to_string(id)}},
                                 charge.key + "-refund-" + std::to_string(id), deadline);
  if (answer.status != 200) return Refused{code_of(answer)};
  return read_answer([&]() -> Reference {
    const auto status = answer.body.value("status", std::string("succeeded"));
    if (status == "failed" || status == "canceled") return Refused{status};
    return answer.body.at("id").get<std::string>();
  });
}

}  // namespace order::payments
