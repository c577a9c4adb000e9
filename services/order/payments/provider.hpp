#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/money/money.hpp"
#include "services/kit/time/deadline.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace order::payments {

/// A payment as a provider needs it.
struct Charge {
  contracts::OrderId order;
  std::string key;  ///< prefix of the idempotency keys of its requests
  std::string method;
  kit::Money amount;
  std::string reference;  ///< the provider's id of it, since it was opened
};

/// The status of a payment at the provider.
enum class Status {
  Open,        ///< not authorised yet
  Review,      ///< the provider decides later
  Authorised,  ///< the money is held
  Captured,    ///< the money is taken
  Declined,    ///< refused finally
  Voided,      ///< cancelled: no money is held, and none can be any more
};
std::string_view to_string(Status status);

enum class Action { Authorise, Capture, Cancel };
/// "authorise", "capture", "cancel"
std::string_view to_string(Action action);

/// The provider refused finally; `code` is its reason.
struct Refused {
  std::string code;
};

/// The provider's reference of what it did, or its refusal.
using Reference = std::variant<std::string, Refused>;

/// No answer, or an unusable one: what was requested may have happened or not.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A payment provider. Requests are idempotent: the same one with the same key is executed once. No money
/// moves before Authorise; a voided payment can never be authorised, so that no request that is still on
/// its way can take money for an order that has ended. Thread-safe. Throws Unavailable.
class Provider {
 public:
  virtual ~Provider() = default;

  /// What is wrong with a client's payment method ("is not …"), or "".
  virtual std::string complaint(const std::string& method) const = 0;
  /// Used when the client names none; empty: it must name one.
  virtual std::string default_method() const = 0;

  /// Creates the payment; returns its reference.
  virtual Reference open(const Charge& charge, kit::Deadline deadline) = 0;
  /// Returns the status after it, which is another than intended where the payment's does not allow the
  /// action (any more, or yet).
  virtual Status perform(Action action, const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status status(const Charge& charge, kit::Deadline deadline) = 0;
  /// Returns the refund's reference. `id` is ours, the same for retries.
  virtual Reference refund(const Charge& charge, std::int64_t id, kit::Money amount,
                           kit::Deadline deadline) = 0;
};

}  // namespace order::payments
