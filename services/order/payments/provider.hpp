#pragma once
#include "services/kit/ids.hpp"
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
  kit::OrderId order;
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

/// The provider refused finally; `code` is its reason.
struct Refused {
  std::string code;
};

/// No answer, or an unusable one: what was requested may have happened or not.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A payment provider. Requests are idempotent: the same one with the same key is executed once. No money
/// moves before `authorise`; a voided payment can never be authorised, so that no request that is still on
/// its way can take money for an order that has ended. Thread-safe. Throws Unavailable.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string name() const = 0;

  /// What is wrong with a client's payment method ("is not …"), or "".
  virtual std::string complaint(const std::string& method) const = 0;
  /// Used when the client names none; empty: it must name one.
  virtual std::string default_method() const = 0;

  /// Creates the payment; returns its reference.
  virtual std::variant<std::string, Refused> open(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status authorise(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status capture(const Charge& charge, kit::Deadline deadline) = 0;
  /// Voids the payment; returns its status, which is another where it cannot be voided (any more, or yet).
  virtual Status cancel(const Charge& charge, kit::Deadline deadline) = 0;
  virtual Status status(const Charge& charge, kit::Deadline deadline) = 0;
  /// Returns the refund's reference. `id` is ours, the same for retries.
  virtual std::variant<std::string, Refused> refund(const Charge& charge, std::int64_t id, kit::Money amount,
                                                    kit::Deadline deadline) = 0;
};

}  // namespace order::payments
