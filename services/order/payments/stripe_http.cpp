#include "services/order/payments/stripe_http.hpp"

#include "services/kit/encoding/percent.hpp"
#include "services/order/payments/provider.hpp"

#include <algorithm>

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

}  // namespace

std::string complaint(const StripeOptions& options) {
  if (options.api_key.empty()) return "payments.stripe.api_key must be set";
  const bool clean = std::all_of(options.api_key.begin(), options.api_key.end(),
                                 [](char c) { return c > ' ' && c < '\x7f'; });
  if (!clean) return "payments.stripe.api_key must be visible ASCII characters";
  const bool plain = options.url.starts_with("http://");
  if (plain && !options.api_key.starts_with("sk_test_"))
    return "payments.stripe.url must be https:// (http:// is for test keys, sk_test_…, only)";
  if (!plain && !options.url.starts_with("https://")) return "payments.stripe.url must begin with https://";
  return {};
}

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

}  // namespace order::payments
