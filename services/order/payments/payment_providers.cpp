#include "services/order/payments/payment_providers.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/order/domain/errors.hpp"
#include "services/order/payments/sandbox.hpp"
#include "services/order/payments/stripe.hpp"

#include <array>
#include <thread>

namespace order::payments {
namespace {

constexpr int TRIES = 4;

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> STATUSES{"open",     "review",   "authorised",
                                                   "captured", "declined", "voided"};

constexpr std::array<std::string_view, 3> ACTIONS{"authorise", "capture", "cancel"};

std::string result_of(Status status) { return std::string(to_string(status)); }
std::string result_of(const Reference& answer) {
  return std::holds_alternative<Refused>(answer) ? "refused" : "done";
}

}  // namespace

std::string_view to_string(Status status) { return STATUSES.at(static_cast<std::size_t>(status)); }

std::string_view to_string(Action action) { return ACTIONS.at(static_cast<std::size_t>(action)); }

PaymentProviders::PaymentProviders(const Options& options, const std::string& database_url,
                                   kit::Metrics& metrics)
    : options_(options), metrics_(metrics) {
  // The sandbox stays beside another provider, so that orders that were paid with it can still be refunded.
  if (options.provider != "none")
    providers_["sandbox"] = std::make_unique<Sandbox>(database_url, options.sandbox_review);
  if (!options.stripe.api_key.empty()) providers_["stripe"] = std::make_unique<Stripe>(options.stripe);
}

std::string PaymentProviders::method(const std::optional<std::string>& requested) const {
  const auto found = providers_.find(options_.provider);
  if (found == providers_.end()) {
    if (requested.value_or("none") != "none")
      throw InvalidField("payment.method", "must be none: this shop takes no payments itself");
    return "none";
  }
  const auto method = requested.value_or(found->second->default_method());
  if (method.empty()) throw InvalidField("payment", "is required");
  if (const auto complaint = found->second->complaint(method); !complaint.empty())
    throw InvalidField("payment.method", complaint);
  return method;
}

std::string PaymentProviders::webhook_secret() const {
  if (options_.provider == "stripe") return options_.stripe_webhook_secret;
  if (options_.provider == "sandbox") return options_.sandbox_webhook_secret;
  return {};
}

template <class F>
auto PaymentProviders::call(const std::string& name, const std::string& operation, kit::Deadline deadline,
                            F&& request) {
  const auto found = providers_.find(name);
  if (found == providers_.end())
    throw Unavailable("the payment provider " + name + " is not configured any more");
  auto& duration = metrics_.histogram("payment_duration_seconds",
                                      "From a request to the payment provider to its answer, each try.",
                                      {{"provider", name}, {"operation", operation}});
  kit::Backoff backoff(std::chrono::milliseconds(50), std::chrono::milliseconds(1000));
  for (int tries = 1;; ++tries) {
    const auto start = kit::Deadline::Clock::now();
    const auto observe = [&] {
      duration.Observe(std::chrono::duration<double>(kit::Deadline::Clock::now() - start).count());
    };
    try {
      auto answer = request(*found->second);
      observe();
      count(name, operation, result_of(answer));
      return answer;
    } catch (const Unavailable& e) {
      observe();
      count(name, operation, "away");
      kit::log::warn("payment provider did not answer",
                     {{"provider", name}, {"operation", operation}, {"error", e.what()}});
      const auto pause = backoff.next();
      if (tries >= TRIES || pause >= deadline.left()) throw;
      std::this_thread::sleep_for(pause);
    }
  }
}

void PaymentProviders::count(const std::string& provider, const std::string& operation,
                             const std::string& result) {
  metrics_
      .counter("payments_total", "Requests to the payment provider, each try, by result.",
               {{"provider", provider}, {"operation", operation}, {"result", result}})
      .Increment();
}

Reference PaymentProviders::open(const std::string& provider, const Charge& charge, kit::Deadline deadline) {
  return call(provider, "open", deadline, [&](Provider& p) { return p.open(charge, deadline); });
}

Status PaymentProviders::perform(const std::string& provider, Action action, const Charge& charge,
                                 kit::Deadline deadline) {
  return call(provider, std::string(to_string(action)), deadline,
              [&](Provider& p) { return p.perform(action, charge, deadline); });
}

Status PaymentProviders::status(const std::string& provider, const Charge& charge, kit::Deadline deadline) {
  return call(provider, "look", deadline, [&](Provider& p) { return p.status(charge, deadline); });
}

Reference PaymentProviders::refund(const std::string& provider, const Charge& charge, std::int64_t id,
                                   kit::Money amount, kit::Deadline deadline) {
  return call(provider, "refund", deadline,
              [&](Provider& p) { return p.refund(charge, id, amount, deadline); });
}

}  // namespace order::payments
